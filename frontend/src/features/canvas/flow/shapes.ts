/** React Flow's shapes as this canvas uses them. */

import type { Edge as FlowEdge, Node as FlowNode } from "@xyflow/react";
import type { Direction, Edge, Step } from "@/domain/pipeline";

/** `isAwaiting`: an edge leads to its `after` port. */
export type StepNode = FlowNode<
  { step: Step; direction: Direction; number: number; count: number; isAwaiting: boolean },
  "step"
>;
/** `lane`: where a loop edge runs back beside its body (x when drawn top to bottom, y when drawn left to right). */
export type WireEdge = FlowEdge<{ edge: Edge; text: string; sourceType: string; lane: number }, "wire">;
