/** The catalog, handed to cards and edges once instead of asked for by each of them. */

import { createContext, use } from "react";
import type { Catalog, StepType } from "@/domain/catalog";
import { stepTypeOf } from "@/domain/ownPorts";
import type { Step } from "@/domain/pipeline";

export const CatalogContext = createContext<Catalog>(new Map());

export function useStepType(step: Pick<Step, "id" | "type">): StepType | undefined {
  return stepTypeOf(use(CatalogContext), step);
}
