/** Tidy up: gives steps positions that follow the flow of data. Loop edges are left out: they go backwards. */

import type { Direction, PipelineDocument, Position } from "./pipeline";

/** Size of a card in canvas pixels, gaps between cards included elsewhere. */
export const CARD_SIZE = { width: 220, height: 88 };

const GAP_ALONG = 72;
const GAP_ACROSS = 40;

/** Positions for every step. The layout engine is loaded on first use: most documents already have positions. */
export async function layOut(
  document: PipelineDocument,
  direction: Direction = document.direction,
): Promise<Map<string, Position>> {
  const { Graph, layout } = await import("@dagrejs/dagre");
  const graph = new Graph();
  graph.setGraph({ rankdir: direction, ranksep: GAP_ALONG, nodesep: GAP_ACROSS });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const step of document.steps) graph.setNode(step.id, { ...CARD_SIZE });
  for (const edge of document.edges) if (edge.kind === "data") graph.setEdge(edge.source, edge.target);
  layout(graph);
  const positions = new Map<string, Position>();
  for (const step of document.steps) {
    const { x, y } = graph.node(step.id) as { x: number; y: number };
    positions.set(step.id, { x: Math.round(x - CARD_SIZE.width / 2), y: Math.round(y - CARD_SIZE.height / 2) });
  }
  return positions;
}

/** Whether a document has steps nobody has placed yet. */
export function needsLayout(document: PipelineDocument): boolean {
  return document.steps.some((step) => step.position === null);
}
