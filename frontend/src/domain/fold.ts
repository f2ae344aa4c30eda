/** fold(state, event): how events become what is seen. Pure; its twin is backend/octopus/domain/fold.py, and the same
 * recorded event files (tests/fixtures/events) test both. Change them together. */

import type { ArtifactRef, Event, LoopEvent, StepEvent } from "./event";
import { type EdgeView, newRunState, newStepRun, type RunState, type StepRunView } from "./run";
import type { StepStatus } from "./status";

/** The state after `event`. An event already folded in (seq <= last_seq) changes nothing. */
export function fold(state: RunState, event: Event): RunState {
  if (event.seq <= state.last_seq) return state;
  return { ...apply(state, event), last_seq: event.seq };
}

export function foldAll(runId: string, events: readonly Event[]): RunState {
  return events.reduce(fold, newRunState(runId));
}

function apply(state: RunState, event: Event): RunState {
  switch (event.kind) {
    case "run.queued":
      return { ...state, status: "queued", queued_at: event.at, steps: event.steps.map(newStepRun) };
    case "run.started":
      return {
        ...state,
        status: "running",
        started_at: event.at,
        mlflow_run_id: event.mlflow_run_id,
        mlflow_experiment_id: event.mlflow_experiment_id,
      };
    case "run.cancelling":
      return { ...state, status: "cancelling" };
    case "run.succeeded":
      return { ...state, status: "succeeded", ended_at: event.at };
    case "run.failed":
      return { ...state, status: "failed", ended_at: event.at, reason: event.reason };
    case "run.cancelled":
      return { ...state, status: "cancelled", ended_at: event.at, reason: event.reason };
    case "step.queued":
      return replace(state, event, () => begun(event));
    case "step.started":
      return update(state, event, {
        status: "running",
        started_at: event.at,
        backend: event.backend,
        backend_reason: event.backend_reason ?? null,
        mlflow_run_id: event.mlflow_run_id,
      });
    case "step.progress":
      return update(state, event, { progress: { fraction: event.fraction, message: event.message } });
    case "step.metric":
      return replace(state, event, (run) => ({ ...run, metrics: { ...run.metrics, [event.name]: event.value } }));
    case "step.artifact":
      return replace(state, event, (run) => ({ ...run, artifacts: withArtifact(run.artifacts, event) }));
    case "step.succeeded":
      return update(state, event, {
        status: "succeeded",
        ended_at: event.at,
        exit_code: event.exit_code,
        progress: null,
      });
    case "step.failed":
      return end(state, event, "failed");
    case "step.timed_out":
      return end(state, event, "timed_out");
    case "step.lost":
      return end(state, event, "lost");
    case "step.skipped":
      return end(state, event, "skipped");
    case "step.cancelled":
      return end(state, event, "cancelled");
    case "step.cancelling":
      return update(state, event, { status: "cancelling" });
    case "step.reused":
      return update(state, event, {
        status: "reused",
        ended_at: event.at,
        mlflow_run_id: event.mlflow_run_id,
        metrics: event.metrics,
        artifacts: event.artifacts,
        reused_from: { run_id: event.from_run, step_id: event.from_step, iteration: event.from_iteration },
        progress: null,
      });
    case "step.retrying":
      return replace(state, event, () => ({
        ...begun({ ...event, attempt: event.next_attempt }),
        reason: event.reason,
      }));
    case "loop.iterated":
      return iterated(state, event);
    case "edge.delivered":
      return resolve(state, { id: event.edge_id, status: "delivered", cause: null });
    case "edge.dead":
      return resolve(state, { id: event.edge_id, status: "dead", cause: event.cause });
  }
}

type EndedBadly = Extract<StepEvent, { cause_step: string | null }>;

function begun(event: StepEvent): StepRunView {
  return {
    ...newStepRun(event.step_id),
    status: "queued",
    iteration: event.iteration,
    attempt: event.attempt,
    queued_at: event.at,
  };
}

/** What a loop repeats is pending again under a new iteration, and its edges wait again. */
function iterated(state: RunState, event: LoopEvent): RunState {
  const restarted = Object.fromEntries(event.restarted.map((edgeId) => [edgeId, 1]));
  return {
    ...state,
    loop_counts: { ...state.loop_counts, ...restarted, [event.edge_id]: event.count },
    steps: state.steps.map((run) => {
      const iteration = event.steps[run.id];
      return iteration === undefined ? run : { ...newStepRun(run.id), iteration };
    }),
    edges: state.edges.filter((edge) => !event.edges.includes(edge.id)),
  };
}

function end(state: RunState, event: EndedBadly, status: StepStatus): RunState {
  return update(state, event, {
    status,
    ended_at: event.at,
    reason: event.reason,
    exit_code: event.exit_code,
    cause_step: event.cause_step,
    progress: null,
  });
}

function withArtifact(artifacts: readonly ArtifactRef[], event: ArtifactRef): ArtifactRef[] {
  const { port, path, digest, size_bytes, format, rows, uri } = event;
  const others = artifacts.filter((other) => other.port !== port || other.path !== path);
  return [...others, { port, path, digest, size_bytes, format, rows, uri }];
}

function update(state: RunState, event: StepEvent, changes: Partial<StepRunView>): RunState {
  return replace(state, event, (run) => ({ ...run, ...changes }));
}

function replace(state: RunState, event: StepEvent, change: (run: StepRunView) => StepRunView): RunState {
  return { ...state, steps: state.steps.map((run) => (run.id === event.step_id ? change(run) : run)) };
}

function resolve(state: RunState, edge: EdgeView): RunState {
  return { ...state, edges: [...state.edges.filter((other) => other.id !== edge.id), edge] };
}
