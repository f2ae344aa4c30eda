/** What travels through the HTTP door and is not a value of the domain already. */

import type { LogLine } from "@/domain/event";
import type { JsonValue, OwnPortsByStep, StepType } from "@/domain/catalog";
import type { PipelineDocument, PipelineRecord } from "@/domain/pipeline";
import type { Problem } from "@/domain/problem";
import type { RunStatus } from "@/domain/status";

export interface Page<Item> {
  items: Item[];
  /** null: this is the last page. */
  next_cursor: string | null;
}

export interface Template {
  id: string;
  title: string;
  description: string;
  document: PipelineDocument;
}

/** A saved pipeline in a list: the whole of it. */
export type PipelineSummary = PipelineRecord;

export interface PipelineVersionSummary {
  version: number;
  saved_at: string;
  message: string;
  name: string;
  step_count: number;
}

export interface RunSummary {
  id: string;
  name: string;
  pipeline_id: string | null;
  pipeline_version: number | null;
  status: RunStatus;
  reason: string;
  queued_at: string;
  started_at: string | null;
  ended_at: string | null;
}

export interface StepLog {
  lines: LogLine[];
  /** The attempt has ended and these lines reach its end. */
  complete: boolean;
  iteration: number;
  attempt: number;
}

export interface PortPreview {
  columns: { name: string; type: string }[];
  rows: JsonValue[][];
  total_rows: number;
  offset: number;
  profile: Record<string, JsonValue>[];
}

export interface Dataset {
  id: string;
  name: string;
  /** What a parameter that names data takes. */
  location: string;
  format: string;
  size_bytes: number;
  digest: string;
  uploaded_at: string;
}

export interface PlannedStep {
  id: string;
  type: string;
  title: string;
  enabled: boolean;
  depends_on: string[];
  argv: string[];
  command: string;
  /** An earlier result will stand in for it. */
  will_reuse: boolean;
  will_skip: boolean;
  /** Why it will be reused, or what changed so that it runs. */
  why: string;
  /** How long it took last time; null: it never ran. */
  last_duration_s: number | null;
}

export interface Plan {
  experiment: string;
  max_parallel: number | null;
  steps: PlannedStep[];
}

/** A folder with an MLproject file whose entry points are step types. */
export interface Project {
  id: string;
  name: string;
  /** Its folder on the server's machine. */
  path: string;
  step_types: StepType[];
  /** Why its steps cannot run now; null: they can. */
  unavailable: string | null;
  /** What is wrong with its MLproject file, or strange about it. */
  problems: Problem[];
}

/** How the server and what it stands on are. */
export interface Health {
  /** degraded: at least one part is not well. */
  status: "ok" | "degraded";
  version: string;
  database: { ok: boolean; detail: string };
  disk: { ok: boolean; free_bytes: number; total_bytes: number };
  /** The process that speaks with MLflow. */
  tracking: { state: "off" | "starting" | "ready" };
  backends: BackendsHealth;
  /** How many are under way. */
  attempts: number;
}

export interface BackendsHealth {
  cold: "ready";
  warm: "starting" | "ready" | "off";
  /** Why warm is not ready; empty if it is. */
  warm_reason: string;
  /** What the warm backend's process holds while it waits; null while it is not ready. */
  warm_memory_bytes: number | null;
}

/** What the server makes of a document: what is wrong with it, and the ports that single steps have of their own. */
export interface Examined {
  problems: Problem[];
  ports: OwnPortsByStep;
}
