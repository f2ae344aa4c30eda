/** Tidy up: gives steps positions that follow the flow of data. Loop edges are left out: they go backwards. */

import type { Catalog } from "./catalog";
import { stepTypeOf } from "./ownPorts";
import type { Direction, Edge, PipelineDocument, Position } from "./pipeline";

/** Size of a card in canvas pixels. */
export const CARD_SIZE = { width: 220, height: 88 };

const GAP_ALONG = 64;
const GAP_ACROSS = 40;
/** Room for an edge that passes by a card. */
const GAP_EDGE = 80;
/** What an edge drawn across a card costs, against a pixel of sideways way. */
const ACROSS_CARD_COST = 2_000;

type Positions = Map<string, Position>;

/** Positions for every step. The layout engine is loaded on first use: most documents already have positions. */
export async function layOut(document: PipelineDocument, catalog: Catalog): Promise<Positions> {
  const { Graph, layout } = await import("@dagrejs/dagre");
  const graph = new Graph();
  graph.setGraph({ rankdir: document.direction, ranksep: GAP_ALONG, nodesep: GAP_ACROSS, edgesep: GAP_EDGE });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const step of document.steps) graph.setNode(step.id, { ...CARD_SIZE });
  for (const edge of document.edges) if (edge.kind === "data") graph.setEdge(edge.source, edge.target);
  layout(graph);
  const positions: Positions = new Map();
  for (const step of document.steps) {
    const { x, y } = graph.node(step.id) as { x: number; y: number };
    positions.set(step.id, { x: Math.round(x - CARD_SIZE.width / 2), y: Math.round(y - CARD_SIZE.height / 2) });
  }
  return better(document, catalog, positions, mirrored(positions, document.direction));
}

/** Whether a document has steps nobody has placed yet. */
export function needsLayout(document: PipelineDocument): boolean {
  return document.steps.some((step) => step.position === null);
}

/** The engine knows cards but not on which side of a card a port is, so the mirror image can be the better drawing. */
function better(document: PipelineDocument, catalog: Catalog, one: Positions, other: Positions): Positions {
  return cost(document, catalog, other) < cost(document, catalog, one) ? other : one;
}

function mirrored(positions: Positions, direction: Direction): Positions {
  const axis = direction === "TB" ? "x" : "y";
  const values = [...positions.values()].map((position) => position[axis]);
  const sum = Math.min(...values) + Math.max(...values);
  return new Map([...positions].map(([id, position]) => [id, { ...position, [axis]: sum - position[axis] }]));
}

function cost(document: PipelineDocument, catalog: Catalog, positions: Positions): number {
  return document.edges
    .filter((edge) => edge.kind === "data")
    .map((edge) => edgeCost(document, catalog, positions, edge))
    .reduce((sum, each) => sum + each, 0);
}

function edgeCost(document: PipelineDocument, catalog: Catalog, positions: Positions, edge: Edge): number {
  const isDown = document.direction === "TB";
  const [along, across] = isDown ? (["y", "x"] as const) : (["x", "y"] as const);
  const [length, breadth] = isDown ? [CARD_SIZE.height, CARD_SIZE.width] : [CARD_SIZE.width, CARD_SIZE.height];
  const from = positions.get(edge.source);
  const to = positions.get(edge.target);
  if (!from || !to) return 0;
  const start = from[across] + breadth * portShare(document, catalog, edge.source, edge.source_port, "out");
  const end = to[across] + breadth * portShare(document, catalog, edge.target, edge.target_port, "in");
  const crossed = [...positions].filter(([id, card]) => {
    if (id === edge.source || id === edge.target) return false;
    const share = (card[along] + length / 2 - from[along]) / (to[along] - from[along]);
    const here = start + share * (end - start);
    return share > 0 && share < 1 && here > card[across] && here < card[across] + breadth;
  });
  return Math.abs(start - end) + ACROSS_CARD_COST * crossed.length;
}

/** Where along its side of the card a port is, in [0, 1]. */
function portShare(
  document: PipelineDocument,
  catalog: Catalog,
  stepId: string,
  name: string,
  side: "in" | "out",
): number {
  const stepType = stepTypeOf(
    catalog,
    document.steps.find((step) => step.id === stepId),
  );
  const ports = side === "in" ? stepType?.inputs : stepType?.outputs;
  const index = ports?.findIndex((port) => port.name === name) ?? -1;
  if (ports === undefined || index < 0) return 0.5;
  return (index + 1) / (ports.length + 1);
}
