/** The run that the canvas shows: the fold of its events, and step runs by step id so that a card re-renders only when
 * its own step changes. Fed by live/; Reset hides it and changes nothing else. */

import { create } from "zustand";
import type { Event } from "@/domain/event";
import { fold } from "@/domain/fold";
import type { PipelineDocument } from "@/domain/pipeline";
import { type EdgeView, newRunState, type RunState, type RunView, type StepRunView } from "@/domain/run";
import { isRunOver } from "@/domain/status";

/** `lost`: the server does not answer, we keep trying. `closed`: the run is over and everything has arrived. */
export type Connection = "none" | "connecting" | "live" | "lost" | "closed";

export interface RunStoreState {
  /** null: no run is shown. */
  run: RunState | null;
  byId: Readonly<Record<string, StepRunView>>;
  edgeById: Readonly<Record<string, EdgeView>>;
  /** The document the run was started from, and where to look in MLflow; null until the server has told. */
  document: PipelineDocument | null;
  pipelineId: string | null;
  pipelineVersion: number | null;
  mlflowUrl: string | null;
  connection: Connection;
}

const NO_RUN: RunStoreState = {
  run: null,
  byId: {},
  edgeById: {},
  document: null,
  pipelineId: null,
  pipelineVersion: null,
  mlflowUrl: null,
  connection: "none",
};

export const useRun = create<RunStoreState>()(() => NO_RUN);

/** Begins to show a run from its first event on. */
export function showRun(
  view: Pick<RunView, "id" | "document" | "pipeline_id" | "pipeline_version" | "mlflow_url">,
): void {
  useRun.setState({
    ...NO_RUN,
    run: newRunState(view.id),
    document: view.document,
    pipelineId: view.pipeline_id,
    pipelineVersion: view.pipeline_version,
    mlflowUrl: view.mlflow_url,
    connection: "connecting",
  });
}

/** Clears every status from the canvas. */
export function hideRun(): void {
  useRun.setState(NO_RUN);
}

export function setConnection(connection: Connection): void {
  if (useRun.getState().connection !== connection) useRun.setState({ connection });
}

export function setMlflowUrl(mlflowUrl: string | null): void {
  useRun.setState({ mlflowUrl });
}

/** Folds a batch of events in, with one notification to whoever looks. */
export function foldEvents(events: readonly Event[]): void {
  const { run, byId, edgeById } = useRun.getState();
  if (run === null) return;
  const next = events.filter((event) => event.run_id === run.id).reduce(fold, run);
  if (next === run) return;
  useRun.setState({
    run: next,
    byId: next.steps === run.steps ? byId : indexed(next.steps),
    edgeById: next.edges === run.edges ? edgeById : indexed(next.edges),
  });
}

/** Whether a run is under way, so that the Run button says Stop. */
export function isRunning(state: RunStoreState): boolean {
  return state.run !== null && !isRunOver(state.run.status);
}

function indexed<Item extends { id: string }>(items: readonly Item[]): Record<string, Item> {
  return Object.fromEntries(items.map((item) => [item.id, item]));
}
