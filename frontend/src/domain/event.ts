/** Events: the recorded facts of a run, numbered 1, 2, 3, ... Twin of backend/octopus/domain/event.py. */

import type { JsonObject } from "./catalog";

/** NaN and the infinities travel as text. */
export type MetricValue = number | "NaN" | "Infinity" | "-Infinity";
export type DeadCause = "not_taken" | "upstream_failed" | "loop_limit";

export interface ArtifactRef {
  port: string | null;
  path: string;
  digest: string | null;
  size_bytes: number | null;
  format: string | null;
  rows: number | null;
  uri: string | null;
}

export interface StepResult {
  metrics: Record<string, MetricValue>;
  artifacts: ArtifactRef[];
  mlflow_run_id: string | null;
}

interface OfRun {
  seq: number;
  run_id: string;
  at: string;
}

interface OfStep extends OfRun {
  step_id: string;
  iteration: number;
  attempt: number;
}

type TrackingClosed = "closed" | "pending";

interface EndedBadly extends OfStep {
  reason: string;
  exit_code: number | null;
  cause_step: string | null;
  tracking: TrackingClosed;
}

interface RunEnded extends OfRun {
  results: Record<string, StepResult>;
  tracking: TrackingClosed;
}

export type StepEvent =
  | (OfStep & { kind: "step.queued" })
  /** `backend_reason`: why it is not the warm backend; absent if it is, and if the cold one was asked for. */
  | (OfStep & { kind: "step.started"; backend: string; mlflow_run_id: string | null; backend_reason?: string | null })
  | (OfStep & { kind: "step.progress"; fraction: number | null; message: string })
  | (OfStep & { kind: "step.metric"; name: string; value: MetricValue; step: number })
  | (OfStep & ArtifactRef & { kind: "step.artifact" })
  | (OfStep & { kind: "step.succeeded"; exit_code: number | null; ports: string[]; tracking: TrackingClosed })
  | (EndedBadly & { kind: "step.failed" })
  | (EndedBadly & { kind: "step.timed_out" })
  | (EndedBadly & { kind: "step.lost" })
  | (EndedBadly & { kind: "step.skipped" })
  | (EndedBadly & { kind: "step.cancelled" })
  | (OfStep & { kind: "step.cancelling" })
  | (OfStep & {
      kind: "step.reused";
      from_run: string;
      from_step: string;
      from_iteration: number;
      mlflow_run_id: string | null;
      metrics: Record<string, MetricValue>;
      artifacts: ArtifactRef[];
      ports: string[];
    })
  /** `attempt` ended badly; `next_attempt` follows after `delay_s` seconds, and until then the step is queued. */
  | (OfStep & { kind: "step.retrying"; next_attempt: number; delay_s: number; reason: string });

export type RunEvent =
  | (OfRun & { kind: "run.queued"; steps: string[]; parameters: JsonObject; of_run: string | null })
  | (OfRun & { kind: "run.started"; mlflow_run_id: string | null; mlflow_experiment_id: string | null })
  | (OfRun & { kind: "run.cancelling"; cause: "request" | "timeout" })
  | (RunEnded & { kind: "run.succeeded" })
  | (RunEnded & { kind: "run.failed"; reason: string })
  | (RunEnded & { kind: "run.cancelled"; reason: string });

export type EdgeEvent =
  | (OfRun & { kind: "edge.delivered"; edge_id: string })
  | (OfRun & { kind: "edge.dead"; edge_id: string; cause: DeadCause });

/** A loop edge fired: its body is to be executed for the `count`th time, of `limit` at most. `steps`: what is pending
 * again, with its new iteration; `edges`: what waits again; `restarted`: loops whose own count begins again at 1. */
export type LoopEvent = OfRun & {
  kind: "loop.iterated";
  edge_id: string;
  count: number;
  limit: number;
  steps: Record<string, number>;
  edges: string[];
  restarted: string[];
};

export type Event = RunEvent | StepEvent | EdgeEvent | LoopEvent;

/** One line a step printed. `n`: 1, 2, 3, ... without a gap per attempt. */
export interface LogLine {
  n: number;
  at: string;
  stream: "stdout" | "stderr";
  text: string;
}

/** Log lines on their way to a client; not an event: it has no seq. */
export interface LogBatch {
  kind: "log";
  run_id: string;
  step_id: string;
  iteration: number;
  attempt: number;
  lines: LogLine[];
}

export type Message = Event | LogBatch;
