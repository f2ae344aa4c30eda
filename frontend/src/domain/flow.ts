/** Flows written in Python: how they are drawn (shape of GET /api/flows), and what a run of one has said so far. */

import type { ColourRole, JsonValue } from "./catalog";
import type { ShownStatus } from "./status";

export type Side = "top" | "right" | "bottom" | "left";
export type Shape = "rect" | "circle" | "ellipse" | "diamond" | "parallelogram";

export interface FlowNode {
  id: string;
  label: string;
  type: string;
  role: ColourRole;
  /** An emoji or other short text. */
  icon: string | null;
  /** The name of a drawn icon, where there is no `icon`. */
  symbol: string | null;
  is_pill: boolean;
  shape: Shape;
  x: number;
  y: number;
  width: number;
  height: number;
  inputs: number;
  outputs: number;
  input_side: Side;
  output_side: Side;
  fill: string | null;
  stroke: string | null;
  text_color: string | null;
  status: FlowStatus | null;
}

export interface FlowEdge {
  id: string;
  source: string;
  target: string;
  source_port: number;
  target_port: number;
  label: string;
  dashed: boolean;
  color: string | null;
  animated: boolean;
  connector: "rounded" | "smooth" | "manhattan" | "normal";
}

export interface PaletteEntry {
  label: string;
  role: ColourRole;
  icon: string | null;
}

export interface Flow {
  id: string;
  nodes: FlowNode[];
  edges: FlowEdge[];
  palette: PaletteEntry[];
  grid: number | null;
  panning: boolean;
  mousewheel: boolean;
  auto_fit: boolean;
}

export interface FlowPage {
  title: string;
  flows: Flow[];
}

export const FLOW_STATUSES = ["pending", "running", "success", "error", "skipped", "cancelled"] as const;
export type FlowStatus = (typeof FLOW_STATUSES)[number];

/** The same statuses, as octopus shows them everywhere. */
export const SHOWN_AS: Record<FlowStatus, ShownStatus> = {
  pending: "pending",
  running: "running",
  success: "succeeded",
  error: "failed",
  skipped: "skipped",
  cancelled: "cancelled",
};

/** The four messages of a run, as they arrive. */
export type FlowMessage =
  | { event: "nodeStatus"; data: { nodeId: string; status: FlowStatus; message?: string } }
  | { event: "edgeStatus"; data: { sourceId: string; targetId: string; status: FlowStatus; animated: boolean } }
  | { event: "complete"; data: { completed: boolean; message: string; results: JsonValue } }
  | { event: "error"; data: { error: boolean; message: string; nodeId?: string } };

export const FLOW_EVENTS = ["nodeStatus", "edgeStatus", "complete", "error"] as const;

/** A line of the results panel. */
export interface StateChange {
  nodeId: string;
  status: FlowStatus;
  message: string;
}

export interface EdgeState {
  status: FlowStatus;
  animated: boolean;
}

export type FlowEnd =
  { kind: "complete"; message: string; results: JsonValue } | { kind: "error"; message: string; nodeId: string | null };

export interface FlowRun {
  id: string;
  nodes: Readonly<Record<string, FlowStatus>>;
  /** By `edgeKey`. */
  edges: Readonly<Record<string, EdgeState>>;
  changes: readonly StateChange[];
  /** null: still running. */
  end: FlowEnd | null;
}

export function newFlowRun(id: string): FlowRun {
  return { id, nodes: {}, edges: {}, changes: [], end: null };
}

export function edgeKey(source: string, target: string): string {
  return JSON.stringify([source, target]);
}

/** The run after some more messages. */
export function foldFlow(run: FlowRun, messages: readonly FlowMessage[]): FlowRun {
  const nodes = { ...run.nodes };
  const edges = { ...run.edges };
  const changes = [...run.changes];
  let end = run.end;
  for (const { event, data } of messages) {
    switch (event) {
      case "nodeStatus": {
        const { nodeId, status, message = "" } = data;
        nodes[nodeId] = status;
        changes.push({ nodeId, status, message });
        break;
      }
      case "edgeStatus":
        edges[edgeKey(data.sourceId, data.targetId)] = { status: data.status, animated: data.animated };
        break;
      case "complete":
        end = { kind: "complete", message: data.message, results: data.results };
        break;
      case "error":
        end = { kind: "error", message: data.message, nodeId: data.nodeId ?? null };
        break;
    }
  }
  return { id: run.id, nodes, edges, changes, end };
}

/** How the whole run is doing. A flow that is cancelled ends with an error; its nodes tell the difference. */
export function runStatus({ nodes, end }: FlowRun): ShownStatus {
  if (end === null) return "running";
  if (end.kind === "complete") return "succeeded";
  return Object.values(nodes).includes("cancelled") ? "cancelled" : "failed";
}

/** How many of a flow's nodes will not change any more. */
export function doneCount(run: FlowRun): number {
  return Object.values(run.nodes).filter((status) => status !== "pending" && status !== "running").length;
}

/** Black or white, whichever can be read on a fill of the form #rrggbb; null for any other. */
export function inkOn(fill: string): string | null {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(fill.slice(at, at + 2), 16));
  if (!/^#[0-9a-f]{6}$/i.test(fill) || red === undefined || green === undefined || blue === undefined) return null;
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? "#1a1e27" : "#ffffff";
}
