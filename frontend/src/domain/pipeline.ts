/** The pipeline document, schema version 1: what is drawn and saved. Twin of backend/octopus/domain/pipeline.py. */

import type { JsonObject, JsonValue } from "./catalog";

export type Direction = "TB" | "LR";

/** Top-left corner of a card, in canvas pixels. */
export interface Position {
  x: number;
  y: number;
}

/** How an attempt's `mlflow run` is started: forked from a process that has imported already what steps need, or as a
 * program of its own. Warm is a wish: where it cannot be, the attempt is cold and says why. */
export type BackendName = "warm" | "cold";

export interface Policy {
  retries: number;
  retry_delay_s: number;
  timeout_s: number | null;
  on_failure: "fail" | "continue";
  reuse: boolean;
  resources: { cpus: number; gpus: number; memory_mb: number | null };
  /** null: the run's, or else the server's choice. */
  backend: BackendName | null;
}

export interface Step {
  id: string;
  type: string;
  /** null: the type's title. */
  label: string | null;
  /** null: laid out on opening. */
  position: Position | null;
  params: JsonObject;
  policy: Policy;
  enabled: boolean;
  notes: string;
}

export interface Edge {
  id: string;
  source: string;
  source_port: string;
  target: string;
  target_port: string;
  kind: "data" | "loop";
  label: string;
  max_iterations: number | null;
  on_limit: "fail" | "continue" | null;
}

export interface Note {
  id: string;
  text: string;
  position: Position;
  size: { width: number; height: number };
}

export interface Group {
  id: string;
  label: string;
  step_ids: string[];
  collapsed: boolean;
}

export interface Parameter {
  type: "string" | "int" | "float" | "bool" | "list" | "object";
  default: JsonValue;
  description: string;
}

export interface PipelineDocument {
  schema_version: 1;
  name: string;
  description: string;
  direction: Direction;
  parameters: Record<string, Parameter>;
  profiles: Record<string, JsonObject>;
  steps: Step[];
  edges: Edge[];
  notes: Note[];
  groups: Group[];
  settings: { max_parallel: number | null; timeout_s: number | null; experiment: string | null };
}

/** A saved pipeline as the API answers it. `version`: 1, 2, 3, ... */
export interface PipelineRecord {
  id: string;
  name: string;
  version: number;
  created_at: string;
  updated_at: string;
  document: PipelineDocument;
}

export const UNTITLED = "Untitled pipeline";

export const DEFAULT_POLICY: Policy = {
  retries: 0,
  retry_delay_s: 1,
  timeout_s: null,
  on_failure: "fail",
  reuse: true,
  resources: { cpus: 1, gpus: 0, memory_mb: null },
  backend: null,
};

export function emptyDocument(name: string = UNTITLED): PipelineDocument {
  return {
    schema_version: 1,
    name,
    description: "",
    direction: "TB",
    parameters: {},
    profiles: {},
    steps: [],
    edges: [],
    notes: [],
    groups: [],
    settings: { max_parallel: null, timeout_s: null, experiment: null },
  };
}

export function findStep(document: PipelineDocument, id: string): Step | undefined {
  return document.steps.find((step) => step.id === id);
}

export function findEdge(document: PipelineDocument, id: string): Edge | undefined {
  return document.edges.find((edge) => edge.id === id);
}

/** Ids of the steps an edge leads to (forward edges only). */
export function successors(document: PipelineDocument, stepId: string): string[] {
  return unique(document.edges.filter((e) => e.kind === "data" && e.source === stepId).map((e) => e.target));
}

export function predecessors(document: PipelineDocument, stepId: string): string[] {
  return unique(document.edges.filter((e) => e.kind === "data" && e.target === stepId).map((e) => e.source));
}

/** Whether forward edges lead from one step to another; a step reaches itself. */
export function reaches(document: PipelineDocument, from: string, to: string): boolean {
  const seen = new Set<string>();
  const waiting = [from];
  for (let current = waiting.pop(); current !== undefined; current = waiting.pop()) {
    if (current === to) return true;
    if (seen.has(current)) continue;
    seen.add(current);
    waiting.push(...successors(document, current));
  }
  return false;
}

function unique(values: string[]): string[] {
  return [...new Set(values)];
}
