/** Starting and stopping runs. One click or double click is one request: while one is under way, another is not sent. */

import { create } from "zustand";
import { cancelRun, resumeRun, type RunOptions, startRun } from "@/api/calls";
import { ApiError, errorText } from "@/api/errors";
import { keys, queryClient } from "@/api/queries";
import type { Problem } from "@/domain/problem";
import type { RunView } from "@/domain/run";
import { useDocument } from "@/stores/document";
import { setMissing } from "@/stores/foresight";
import { notify } from "@/stores/notices";
import { setProblems, useProblems } from "@/stores/problems";
import { isRunning, useRun } from "@/stores/run";
import { showTab } from "@/stores/ui";
import { setAddress } from "./address";
import { follow } from "./following";
import { runSource } from "./source";

/** `starting`, `stopping`: the request is on its way. */
export const useRunRequest = create<{ request: "none" | "starting" | "stopping" }>()(() => ({ request: "none" }));

/** Starts a run of what is drawn: all of it, or what `options` say. */
export async function start(options: RunOptions = {}): Promise<void> {
  // What is out of scope may be unfinished: then the server alone knows whether it matters.
  if (isBusy() || (options.scope === undefined && tellWhyNot())) return;
  await begin(() => startRun(runSource(), options, crypto.randomUUID()), options);
}

/** Starts what did not succeed in the shown run again, as that run's document has it. */
export async function resume(): Promise<void> {
  const { run } = useRun.getState();
  if (run === null || isBusy()) return;
  await begin(() => resumeRun(run.id), { scope: { mode: "failed", of_run: run.id } });
}

/** Asks the shown run to stop. Its events say when it has. */
export async function stop(): Promise<void> {
  const { run } = useRun.getState();
  if (run === null || useRunRequest.getState().request !== "none") return;
  useRunRequest.setState({ request: "stopping" });
  try {
    await cancelRun(run.id);
  } catch (error) {
    // 409: it ended by itself in the meantime.
    if (!(error instanceof ApiError && error.status === 409)) notify("error", `Not stopped. ${errorText(error)}`);
  } finally {
    useRunRequest.setState({ request: "none" });
  }
}

function isBusy(): boolean {
  return useRunRequest.getState().request !== "none" || isRunning(useRun.getState());
}

async function begin(request: () => Promise<RunView>, options: RunOptions): Promise<void> {
  useRunRequest.setState({ request: "starting" });
  setMissing({});
  try {
    const view = await request();
    setAddress({ pipelineId: useDocument.getState().saved?.pipelineId ?? null, runId: view.id });
    follow(view);
    void queryClient.invalidateQueries({ queryKey: ["runs"] });
  } catch (error) {
    refused(error, options);
  } finally {
    useRunRequest.setState({ request: "none" });
  }
}

/** Says why the pipeline cannot run, if that is known already. */
export function tellWhyNot(): boolean {
  const { problems, isCurrent } = useProblems.getState();
  const errors = problems.filter((problem) => problem.severity === "error");
  const [first] = errors;
  if (!isCurrent || first === undefined) return false;
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  notify("error", `This pipeline cannot run yet. ${first.message}${others}`);
  showTab("problems");
  return true;
}

const MISSING_RESULT = "upstream_result_missing";

function refused(error: unknown, options: RunOptions): void {
  if (error instanceof ApiError && error.status === 422) {
    const missing = error.problems.filter((problem) => problem.code === MISSING_RESULT);
    if (error.code === MISSING_RESULT || missing.length > 0) {
      tellWhatIsMissing(error, missing, options);
      return;
    }
    if (error.problems.some(isOfDocument)) {
      setProblems(error.problems);
      if (tellWhyNot()) return;
    }
  }
  if (error instanceof ApiError && error.status === 404) {
    void queryClient.invalidateQueries({ queryKey: keys.allPipelines });
  }
  notify("error", `Not started. ${firstMessage(error)}`);
}

/** Steps that were left out of the run have no earlier result to stand in for them. */
function tellWhatIsMissing(error: ApiError, missing: readonly Problem[], { scope }: RunOptions): void {
  setMissing(
    Object.fromEntries(missing.flatMap(({ step_id, message }) => (step_id === null ? [] : [[step_id, message]]))),
  );
  const names = missing.flatMap(({ step_id }) => (step_id === null ? [] : [step_id]));
  const text = names.length > 0 ? `There is no earlier result of ${names.join(", ")}.` : error.message;
  const stepId = scope?.step_id;
  const instead = { label: "Run to here", run: () => void start({ scope: { mode: "to", step_id: stepId } }) };
  notify("error", `Not started. ${text}`, stepId === undefined ? undefined : instead);
}

function isOfDocument(problem: Problem): boolean {
  return /^\/(steps|edges|parameters|profiles|settings|name)(\/|$)/.test(problem.pointer);
}

function firstMessage(error: unknown): string {
  const first = error instanceof ApiError ? error.problems[0]?.message : undefined;
  return first ?? errorText(error);
}
