/** React Flow -> document: what a gesture on the canvas means. */

import type { Connection as FlowConnection, EdgeChange, NodeChange } from "@xyflow/react";
import type { Connection } from "@/domain/connect";
import type { Position } from "@/domain/pipeline";
import type { StepNode } from "./shapes";

/** null: one end is missing. */
export function toConnection(
  connection: Pick<FlowConnection, "source" | "target" | "sourceHandle" | "targetHandle">,
): Connection | null {
  const { source, target, sourceHandle, targetHandle } = connection;
  if (!source || !target || !sourceHandle || !targetHandle) return null;
  return { source, source_port: sourceHandle, target, target_port: targetHandle };
}

export function toPositions(nodes: readonly Pick<StepNode, "id" | "position">[]): Map<string, Position> {
  return new Map(nodes.map(({ id, position }) => [id, position]));
}

/** The ids that are selected after the changes; those not mentioned stay as they are. */
export function selectedAfter(
  before: readonly string[],
  changes: readonly (NodeChange<StepNode> | EdgeChange)[],
): readonly string[] {
  const ids = new Set(before);
  for (const change of changes) {
    if (change.type !== "select") continue;
    if (change.selected) ids.add(change.id);
    else ids.delete(change.id);
  }
  return [...ids];
}
