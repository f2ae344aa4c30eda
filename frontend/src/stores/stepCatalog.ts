/** The catalog for whoever asks what a single step is like: with the ports that steps have of their own. */

import { useMemo } from "react";
import { currentCatalog, useCatalog } from "@/api/queries";
import type { Catalog } from "@/domain/catalog";
import { withOwnPorts } from "@/domain/ownPorts";
import { useOwnPorts } from "./ownPorts";

/** The same object until step types or own ports change. */
export function useStepCatalog(): Catalog {
  const catalog = useCatalog();
  const own = useOwnPorts((state) => state.byStep);
  return useMemo(() => withOwnPorts(catalog, own), [catalog, own]);
}

/** The same outside of components. */
export async function currentStepCatalog(): Promise<Catalog> {
  return withOwnPorts(await currentCatalog(), useOwnPorts.getState().byStep);
}
