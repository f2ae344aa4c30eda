import { beforeEach, describe, expect, it } from "vitest";
import type { Event } from "@/domain/event";
import { drawn } from "@/test/sample";
import { foldEvents, hideRun, isRunning, showRun, useRun } from "./run";

const view = {
  id: "r1",
  document: drawn(["ingest", "split"]),
  pipeline_id: null,
  pipeline_version: null,
  mlflow_url: null,
  parameters: {},
  profile: null,
  scope: { mode: "all", step_id: null, of_run: null } as const,
  force: false,
  backend: null,
};
const at = "2026-01-01T00:00:00.000Z";
const queued: Event = {
  seq: 1,
  run_id: "r1",
  at,
  kind: "run.queued",
  steps: ["ingest", "split"],
  parameters: {},
  of_run: null,
};
const stepQueued: Event = {
  seq: 2,
  run_id: "r1",
  at,
  kind: "step.queued",
  step_id: "ingest",
  iteration: 1,
  attempt: 1,
};

describe("the run store", () => {
  beforeEach(() => showRun(view));

  it("says that a run is under way from the moment it is shown", () => {
    expect(isRunning(useRun.getState())).toBe(true);
  });

  it("touches only the step an event is about", () => {
    foldEvents([queued]);
    const before = useRun.getState().byId;
    foldEvents([stepQueued]);
    const after = useRun.getState().byId;
    expect(after.ingest?.status).toBe("queued");
    expect(after.split).toBe(before.split);
  });

  it("tells nobody about events it has already", () => {
    foldEvents([queued, stepQueued]);
    const before = useRun.getState();
    foldEvents([queued, stepQueued]);
    expect(useRun.getState()).toBe(before);
  });

  it("does not take events of another run", () => {
    foldEvents([{ ...queued, run_id: "r2" }]);
    expect(useRun.getState().byId).toEqual({});
  });

  it("keeps the step runs of earlier attempts and iterations, and says when the next attempt begins", () => {
    const failed: Event = {
      ...stepQueued,
      seq: 3,
      kind: "step.failed",
      reason: "exit code 1",
      exit_code: 1,
      cause_step: null,
      tracking: "closed",
    };
    const retrying: Event = { ...stepQueued, seq: 4, kind: "step.retrying", next_attempt: 2, delay_s: 4, reason: "" };
    const iterated: Event = {
      seq: 5,
      run_id: "r1",
      at,
      kind: "loop.iterated",
      edge_id: "e1",
      count: 2,
      limit: 3,
      steps: { ingest: 2 },
      edges: [],
      restarted: [],
    };
    foldEvents([queued, stepQueued, failed, retrying, iterated]);
    const { earlier, byId, retryAt } = useRun.getState();
    expect(earlier.ingest?.map(({ iteration, attempt, status }) => [iteration, attempt, status])).toEqual([
      [1, 1, "failed"],
      [1, 2, "queued"],
    ]);
    expect(byId.ingest).toMatchObject({ iteration: 2, attempt: 1, status: "pending" });
    expect(earlier.split).toBeUndefined();
    expect(retryAt.ingest).toBe(Date.parse(at) + 4000);
  });

  it("is empty after Reset", () => {
    foldEvents([queued]);
    hideRun();
    expect(useRun.getState()).toMatchObject({ run: null, byId: {}, edgeById: {}, connection: "none" });
  });
});
