/** The catalog, handed to cards and edges once instead of asked for by each of them. */

import { createContext, use } from "react";
import type { Catalog, StepType } from "@/domain/catalog";

export const CatalogContext = createContext<Catalog>(new Map());

export function useStepType(typeId: string): StepType | undefined {
  return use(CatalogContext).get(typeId);
}
