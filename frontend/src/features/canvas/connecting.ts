/** While a wire is drawn: which ports it may end at, so that they light up. */

import { create } from "zustand";
import type { Catalog } from "@/domain/catalog";
import { connectionFault } from "@/domain/connect";
import { stepTypeOf } from "@/domain/ownPorts";
import type { PipelineDocument } from "@/domain/pipeline";
import { AFTER } from "@/domain/ports";

interface Connecting {
  /** null: no wire is being drawn. */
  fitting: ReadonlySet<string> | null;
}

export const useConnecting = create<Connecting>()(() => ({ fitting: null }));

export type PortSide = "in" | "out";

export function portKey(stepId: string, side: PortSide, port: string): string {
  return `${stepId} ${side} ${port}`;
}

/** Begins at a port of either side; every port of the other side is tried. `except`: an edge that is being moved. */
export function beginConnecting(
  document: PipelineDocument,
  catalog: Catalog,
  from: { stepId: string; side: PortSide; port: string },
  except?: string,
): void {
  const fitting = new Set<string>();
  for (const step of document.steps) {
    const stepType = stepTypeOf(catalog, step);
    const side = from.side === "out" ? "in" : "out";
    const ports = side === "in" ? [...(stepType?.inputs ?? []), AFTER] : (stepType?.outputs ?? []);
    for (const { name } of ports) {
      const here = { stepId: step.id, port: name };
      const [source, target] = from.side === "out" ? [from, here] : [here, from];
      const connection = {
        source: source.stepId,
        source_port: source.port,
        target: target.stepId,
        target_port: target.port,
      };
      if (connectionFault(document, catalog, connection, except) === null) fitting.add(portKey(step.id, side, name));
    }
  }
  useConnecting.setState({ fitting });
}

export function endConnecting(): void {
  useConnecting.setState({ fitting: null });
}

export type PortLight = "none" | "fits" | "refused";

export function usePortLight(key: string): PortLight {
  return useConnecting(({ fitting }) => (fitting === null ? "none" : fitting.has(key) ? "fits" : "refused"));
}
