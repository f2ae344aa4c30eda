/** A flow as React Flow's nodes and edges. The only file that knows both shapes. */

import { type Edge as DrawnEdge, type Node as DrawnNode, Position } from "@xyflow/react";
import type { Flow, FlowEdge, FlowNode, Side } from "@/domain/flow";
import { type Point, routed, ROUTED_NODES, type Way } from "@/domain/routing";

export type FlowCard = DrawnNode<{ node: FlowNode; number: number; count: number; ports: PortCounts }, "flow">;
export type PortCounts = Record<"in" | "out", number>;
/** `line`: the corners of its way, null where the connector decides. */
export type FlowWire = DrawnEdge<{ edge: FlowEdge; line: Point[] | null }, "flow">;

export const POSITIONS: Record<Side, Position> = {
  top: Position.Top,
  right: Position.Right,
  bottom: Position.Bottom,
  left: Position.Left,
};

export function toCards(flow: Flow): FlowCard[] {
  const ports = portCounts(flow);
  return flow.nodes.map((node, index) => ({
    id: node.id,
    type: "flow",
    position: { x: node.x, y: node.y },
    width: node.width,
    height: node.height,
    data: { node, number: index + 1, count: flow.nodes.length, ports: ports.get(node.id) ?? { in: 0, out: 0 } },
  }));
}

export function toWires(flow: Flow): FlowWire[] {
  const lines = flow.nodes.length > ROUTED_NODES ? new Map<string, Point[]>() : routed(flow.nodes, waysOf(flow));
  // Where two arrows meet, the way that is usually taken lies on top: it is drawn last.
  const inOrder = flow.edges.toSorted((one, other) => Number(other.dashed) - Number(one.dashed));
  return inOrder.map((edge) => ({
    id: edge.id,
    type: "flow",
    source: edge.source,
    sourceHandle: handleId("out", edge.source_port),
    target: edge.target,
    targetHandle: handleId("in", edge.target_port),
    focusable: false,
    data: { edge, line: lines.get(edge.id) ?? null },
    ariaLabel: `Edge from ${edge.source} to ${edge.target}${edge.label === "" ? "" : `, ${edge.label}`}`,
  }));
}

export function handleId(direction: "in" | "out", index: number): string {
  return `${direction}-${index}`;
}

/** How many ports each card shows: a drawing may use one beyond those it declares. */
function portCounts(flow: Flow): Map<string, PortCounts> {
  const counts = new Map(flow.nodes.map(({ id, inputs, outputs }) => [id, { in: inputs, out: outputs }]));
  for (const { source, source_port, target, target_port } of flow.edges) {
    const [from, to] = [counts.get(source), counts.get(target)];
    if (from !== undefined) from.out = Math.max(from.out, source_port + 1);
    if (to !== undefined) to.in = Math.max(to.in, target_port + 1);
  }
  return counts;
}

/** Edges between ports that face the way the flow goes are routed; others are left to their connector. */
function waysOf(flow: Flow): Way[] {
  const byId = new Map(flow.nodes.map((node) => [node.id, node]));
  const ports = portCounts(flow);
  return flow.edges.flatMap((edge): Way[] => {
    const [source, target] = [byId.get(edge.source), byId.get(edge.target)];
    if (!source || !target || edge.connector === "smooth" || edge.connector === "normal") return [];
    const sides = `${source.output_side} ${target.input_side}`;
    const axis = sides === "bottom top" ? "y" : sides === "right left" ? "x" : null;
    if (axis === null) return [];
    const start = portPlace(source, source.output_side, edge.source_port, ports.get(source.id)?.out ?? 1);
    const end = portPlace(target, target.input_side, edge.target_port, ports.get(target.id)?.in ?? 1);
    return [{ id: edge.id, start, end, axis }];
  });
}

function portPlace({ x, y, width, height, shape }: FlowNode, side: Side, index: number, count: number): Point {
  const { along, inwards } = portShares(shape, index, count);
  const depth = side === "top" || side === "left" ? inwards : 1 - inwards;
  if (side === "top" || side === "bottom") return { x: x + width * along, y: y + height * depth };
  return { x: x + width * depth, y: y + height * along };
}

/** Where a port is, as shares of the card: along its side, and how far inside it the outline of the shape runs there. */
export function portShares(shape: FlowNode["shape"], index: number, count: number): { along: number; inwards: number } {
  const along = (index + 1) / (count + 1);
  const off = Math.abs(along - 0.5);
  if (shape === "diamond") return { along, inwards: off };
  if (shape === "circle" || shape === "ellipse") return { along, inwards: 0.5 - Math.sqrt(0.25 - off * off) };
  return { along, inwards: 0 };
}
