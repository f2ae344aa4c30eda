/** Starting and stopping runs. One click or double click is one request: while one is under way, another is not sent. */

import { create } from "zustand";
import { cancelRun, startRun, type RunSource } from "@/api/calls";
import { ApiError, errorText } from "@/api/errors";
import { keys, queryClient } from "@/api/queries";
import { isDirty, useDocument } from "@/stores/document";
import { notify } from "@/stores/notices";
import { setProblems, useProblems } from "@/stores/problems";
import { isRunning, useRun } from "@/stores/run";
import { showTab } from "@/stores/ui";
import { setAddress } from "./address";
import { follow } from "./following";

/** `starting`, `stopping`: the request is on its way. */
export const useRunRequest = create<{ request: "none" | "starting" | "stopping" }>()(() => ({ request: "none" }));

/** Starts a run of what is drawn. */
export async function start(): Promise<void> {
  if (useRunRequest.getState().request !== "none" || isRunning(useRun.getState())) return;
  if (tellWhyNot()) return;
  useRunRequest.setState({ request: "starting" });
  try {
    const view = await startRun(source(), crypto.randomUUID());
    setAddress({ pipelineId: useDocument.getState().saved?.pipelineId ?? null, runId: view.id });
    follow(view);
    void queryClient.invalidateQueries({ queryKey: ["runs"] });
  } catch (error) {
    refused(error);
  } finally {
    useRunRequest.setState({ request: "none" });
  }
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

/** A saved pipeline without changes runs as saved, so that its history lists the run; anything else as drawn. */
function source(): RunSource {
  const state = useDocument.getState();
  return state.saved !== null && !isDirty(state)
    ? { pipeline_id: state.saved.pipelineId }
    : { document: state.document };
}

/** Says why the pipeline cannot run, if that is known already. */
function tellWhyNot(): boolean {
  const { problems, isCurrent } = useProblems.getState();
  const errors = problems.filter((problem) => problem.severity === "error");
  const [first] = errors;
  if (!isCurrent || first === undefined) return false;
  const others = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  notify("error", `This pipeline cannot run yet. ${first.message}${others}`);
  showTab("problems");
  return true;
}

function refused(error: unknown): void {
  if (error instanceof ApiError && error.status === 422 && error.problems.length > 0) {
    setProblems(error.problems);
    if (tellWhyNot()) return;
  }
  if (error instanceof ApiError && error.status === 404) {
    void queryClient.invalidateQueries({ queryKey: keys.allPipelines });
  }
  notify("error", `Not started. ${errorText(error)}`);
}
