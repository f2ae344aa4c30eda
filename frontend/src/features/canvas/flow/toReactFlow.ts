/** Document -> React Flow. With fromReactFlow the only place that knows both shapes. */

import { type Catalog, outputPort } from "@/domain/catalog";
import { edgeText } from "@/domain/edit";
import { CARD_SIZE } from "@/domain/layout";
import { loopBody } from "@/domain/loops";
import { stepTypeOf } from "@/domain/ownPorts";
import { type Edge, findStep, type PipelineDocument, type Position, type Step } from "@/domain/pipeline";
import { AFTER } from "@/domain/ports";
import type { StepNode, WireEdge } from "./shapes";

/** Nodes for the document. A node that shows the same as before stays the same object (React Flow keeps what it has
 * measured on it, and its card is not drawn anew). */
export function toNodes(
  document: PipelineDocument,
  selected: readonly string[],
  before: readonly StepNode[],
): StepNode[] {
  const old = new Map(before.map((node) => [node.id, node]));
  const chosen = new Set(selected);
  const count = document.steps.length;
  const awaiting = new Set(document.edges.filter((edge) => edge.target_port === AFTER.name).map((edge) => edge.target));
  return document.steps.map((step, index) => {
    const node = old.get(step.id);
    const isSelected = chosen.has(step.id);
    const data = {
      step,
      direction: document.direction,
      number: index + 1,
      count,
      isAwaiting: awaiting.has(step.id),
    };
    if (node?.selected === isSelected && isSame(node.data, data)) return node;
    return {
      ...node,
      id: step.id,
      type: "step",
      position: positionOf(step, node),
      selected: isSelected,
      data,
    };
  });
}

function isSame(one: StepNode["data"], other: StepNode["data"]): boolean {
  return (Object.keys(one) as (keyof StepNode["data"])[]).every((key) => one[key] === other[key]);
}

/** A card that is being dragged is where the hand is, until the document moves it. */
function positionOf(step: Step, node: StepNode | undefined): Position {
  if (node && node.data.step.position === step.position) return node.position;
  return step.position ?? { x: 0, y: 0 };
}

export function toEdges(document: PipelineDocument, catalog: Catalog, selected: readonly string[]): WireEdge[] {
  return document.edges.map((edge) => {
    const source = findStep(document, edge.source);
    return {
      id: edge.id,
      type: "wire",
      source: edge.source,
      sourceHandle: edge.source_port,
      target: edge.target,
      targetHandle: edge.target_port,
      selected: selected.includes(edge.id),
      data: {
        edge,
        text: edgeText(document, edge, catalog),
        sourceType: outputPort(stepTypeOf(catalog, source), edge.source_port)?.type ?? "any",
        lane: edge.kind === "loop" ? laneOf(document, edge) : 0,
      },
      ariaLabel: `${edge.kind === "loop" ? "Loop" : "Edge"} from ${edge.source} ${edge.source_port} to ${edge.target} ${edge.target_port}`,
    };
  });
}

/** Room between a loop's body and the edge that goes back beside it, and between the lanes of nested loops. */
const LANE_GAP = 44;

function laneOf(document: PipelineDocument, edge: Edge): number {
  const body = loopBody(document, edge);
  const [axis, size] =
    document.direction === "TB" ? (["x", CARD_SIZE.width] as const) : (["y", CARD_SIZE.height] as const);
  const ends = body.map((id) => (findStep(document, id)?.position?.[axis] ?? 0) + size);
  const inner = document.edges.filter(
    (other) => other.kind === "loop" && other.id !== edge.id && isInside(loopBody(document, other), body),
  );
  return Math.max(...ends, 0) + LANE_GAP * (1 + inner.length);
}

function isInside(inner: readonly string[], outer: readonly string[]): boolean {
  return inner.length < outer.length && inner.every((id) => outer.includes(id));
}
