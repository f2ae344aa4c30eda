/** The view of a run: what the fold of its events makes of it. Twin of backend/octopus/domain/run.py. */

import type { JsonObject } from "./catalog";
import type { ArtifactRef, DeadCause, MetricValue } from "./event";
import type { BackendName, PipelineDocument } from "./pipeline";
import type { RunStatus, ShownStatus, StepStatus } from "./status";

export interface Progress {
  /** In [0, 1]; null: the step said what it does but not how far it is. */
  fraction: number | null;
  message: string;
}

/** The step run whose result stands in for a reused one. */
export interface ReusedFrom {
  run_id: string;
  step_id: string;
  iteration: number;
}

export interface StepRunView {
  id: string;
  status: StepStatus;
  reason: string;
  exit_code: number | null;
  cause_step: string | null;
  iteration: number;
  attempt: number;
  backend: string | null;
  /** Why it is not the warm one; null if it is, and if the cold one was asked for. */
  backend_reason: string | null;
  queued_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  metrics: Record<string, MetricValue>;
  artifacts: ArtifactRef[];
  mlflow_run_id: string | null;
  progress: Progress | null;
  reused_from: ReusedFrom | null;
}

/** Which steps a run executes: `to` the step and its ancestors, `from` it and its descendants, `only` it alone, `failed`
 * what did not succeed in the run `of_run`, and what comes after that. */
export interface Scope {
  mode: "all" | "to" | "from" | "only" | "failed";
  step_id: string | null;
  of_run: string | null;
}

export interface EdgeView {
  id: string;
  status: "waiting" | "delivered" | "dead";
  cause: DeadCause | null;
}

export interface RunState {
  id: string;
  status: RunStatus;
  reason: string;
  queued_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  mlflow_run_id: string | null;
  mlflow_experiment_id: string | null;
  loop_counts: Record<string, number>;
  steps: StepRunView[];
  edges: EdgeView[];
  last_seq: number;
}

export interface RunView extends RunState {
  pipeline_id: string | null;
  pipeline_version: number | null;
  parameters: JsonObject;
  profile: string | null;
  scope: Scope;
  force: boolean;
  /** What was asked for; of each step it is told which way it went. */
  backend: BackendName | null;
  document: PipelineDocument;
  mlflow_url: string | null;
}

export function newRunState(id: string): RunState {
  return {
    id,
    status: "queued",
    reason: "",
    queued_at: null,
    started_at: null,
    ended_at: null,
    mlflow_run_id: null,
    mlflow_experiment_id: null,
    loop_counts: {},
    steps: [],
    edges: [],
    last_seq: 0,
  };
}

export function newStepRun(id: string): StepRunView {
  return {
    id,
    status: "pending",
    reason: "",
    exit_code: null,
    cause_step: null,
    iteration: 1,
    attempt: 1,
    backend: null,
    backend_reason: null,
    queued_at: null,
    started_at: null,
    ended_at: null,
    metrics: {},
    artifacts: [],
    mlflow_run_id: null,
    progress: null,
    reused_from: null,
  };
}

/** The status as a reader sees it: a step skipped because another one ended badly says so, and so does one that is tried
 * again. */
export function shownStatus(run: StepRunView, causeStatus: StepStatus | undefined): ShownStatus {
  if (run.status === "queued" && run.attempt > 1) return "retrying";
  const wasBad = causeStatus !== undefined && BAD_ENDS.includes(causeStatus);
  return run.status === "skipped" && wasBad ? "upstream_failed" : run.status;
}

export const BAD_ENDS: readonly StepStatus[] = ["failed", "timed_out", "lost", "cancelled"];
