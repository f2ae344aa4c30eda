/** The run that the canvas shows: the fold of its events, and step runs by step id so that a card re-renders only when
 * its own step changes. Fed by live/; Reset hides it and changes nothing else. */

import { create } from "zustand";
import { useMemo } from "react";
import type { Event } from "@/domain/event";
import { fold } from "@/domain/fold";
import type { PipelineDocument } from "@/domain/pipeline";
import { type EdgeView, newRunState, type RunState, type RunView, type StepRunView } from "@/domain/run";
import { isRunOver } from "@/domain/status";

/** `lost`: the server does not answer, we keep trying. `closed`: the run is over and everything has arrived. */
export type Connection = "none" | "connecting" | "live" | "lost" | "closed";

export interface StepRunKey {
  stepId: string;
  iteration: number;
  attempt: number;
}

/** What a run was asked for besides its document. */
export type Asked = Pick<RunView, "parameters" | "profile" | "scope" | "force" | "backend">;

export interface RunStoreState {
  /** null: no run is shown. */
  run: RunState | null;
  byId: Readonly<Record<string, StepRunView>>;
  edgeById: Readonly<Record<string, EdgeView>>;
  /** Step runs of earlier iterations and attempts, oldest first, by step id. */
  earlier: Readonly<Record<string, readonly StepRunView[]>>;
  /** When the next attempt of a step that is tried again begins, in milliseconds since 1970. */
  retryAt: Readonly<Record<string, number>>;
  /** The step run somebody asked to see; null: the latest of each step. */
  chosen: StepRunKey | null;
  /** The document the run was started from, and where to look in MLflow; null until the server has told. */
  document: PipelineDocument | null;
  pipelineId: string | null;
  pipelineVersion: number | null;
  mlflowUrl: string | null;
  asked: Asked | null;
  connection: Connection;
}

const NO_RUN: RunStoreState = {
  run: null,
  byId: {},
  edgeById: {},
  earlier: {},
  retryAt: {},
  chosen: null,
  document: null,
  pipelineId: null,
  pipelineVersion: null,
  mlflowUrl: null,
  asked: null,
  connection: "none",
};

export const useRun = create<RunStoreState>()(() => NO_RUN);

/** Begins to show a run from its first event on. */
export function showRun(
  view: Pick<RunView, "id" | "document" | "pipeline_id" | "pipeline_version" | "mlflow_url"> & Asked,
): void {
  const { parameters, profile, scope, force, backend } = view;
  useRun.setState({
    ...NO_RUN,
    run: newRunState(view.id),
    document: view.document,
    pipelineId: view.pipeline_id,
    pipelineVersion: view.pipeline_version,
    mlflowUrl: view.mlflow_url,
    asked: { parameters, profile, scope, force, backend },
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
  const { run, byId, edgeById, ...before } = useRun.getState();
  if (run === null) return;
  let { earlier, retryAt } = before;
  let next = run;
  for (const event of events) {
    if (event.run_id !== run.id) continue;
    const after = fold(next, event);
    if (after === next) continue;
    if (REPEATING.includes(event.kind)) earlier = withEarlier(earlier, next.steps, after.steps);
    if (event.kind === "step.retrying") {
      retryAt = { ...retryAt, [event.step_id]: Date.parse(event.at) + 1000 * event.delay_s };
    }
    next = after;
  }
  if (next === run) return;
  useRun.setState({
    run: next,
    byId: next.steps === run.steps ? byId : indexed(next.steps),
    edgeById: next.edges === run.edges ? edgeById : indexed(next.edges),
    earlier,
    retryAt,
  });
}

/** Events that put another step run in the place of one that is over. */
const REPEATING: readonly Event["kind"][] = ["step.queued", "step.retrying", "loop.iterated"];

function withEarlier(
  earlier: RunStoreState["earlier"],
  before: readonly StepRunView[],
  after: readonly StepRunView[],
): RunStoreState["earlier"] {
  const replaced = before.filter(
    (old, index) => old.iteration !== after[index]?.iteration || old.attempt !== after[index].attempt,
  );
  if (replaced.length === 0) return earlier;
  return { ...earlier, ...Object.fromEntries(replaced.map((old) => [old.id, [...(earlier[old.id] ?? []), old]])) };
}

export function chooseStepRun(chosen: StepRunKey | null): void {
  useRun.setState({ chosen });
}

const NONE: readonly StepRunView[] = [];

/** All step runs of a step in the shown run, oldest first; the last one is what the canvas shows. */
export function useStepRuns(stepId: string | null): readonly StepRunView[] {
  const earlier = useRun((state) => (stepId === null ? NONE : (state.earlier[stepId] ?? NONE)));
  const latest = useRun((state) => (stepId === null ? undefined : state.byId[stepId]));
  return useMemo(() => (latest === undefined ? NONE : [...earlier, latest]), [earlier, latest]);
}

/** The step run of a step that results and log show: the chosen one, else the latest. */
export function useShownStepRun(stepId: string | null): StepRunView | undefined {
  const stepRuns = useStepRuns(stepId);
  const chosen = useRun((state) => state.chosen);
  const found = stepRuns.find(
    (run) => chosen?.stepId === run.id && chosen.iteration === run.iteration && chosen.attempt === run.attempt,
  );
  return found ?? stepRuns.at(-1);
}

/** Whether a run is under way, so that the Run button says Stop. */
export function isRunning(state: RunStoreState): boolean {
  return state.run !== null && !isRunOver(state.run.status);
}

function indexed<Item extends { id: string }>(items: readonly Item[]): Record<string, Item> {
  return Object.fromEntries(items.map((item) => [item.id, item]));
}
