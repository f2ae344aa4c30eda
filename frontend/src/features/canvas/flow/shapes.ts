/** React Flow's shapes as this canvas uses them. */

import type { Edge as FlowEdge, Node as FlowNode } from "@xyflow/react";
import type { Direction, Edge, Step } from "@/domain/pipeline";

export type StepNode = FlowNode<{ step: Step; direction: Direction; number: number; count: number }, "step">;
export type WireEdge = FlowEdge<{ edge: Edge; text: string; sourceType: string }, "wire">;
