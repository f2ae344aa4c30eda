/** Statuses of runs and step runs: one word each, everywhere. */

export const STEP_STATUSES = [
  "pending",
  "queued",
  "running",
  "cancelling",
  "succeeded",
  "failed",
  "timed_out",
  "lost",
  "cancelled",
  "skipped",
  "reused",
] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

export const RUN_STATUSES = ["queued", "running", "cancelling", "succeeded", "failed", "cancelled"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

const LIVE_STEP: readonly StepStatus[] = ["pending", "queued", "running", "cancelling"];
const LIVE_RUN: readonly RunStatus[] = ["queued", "running", "cancelling"];

export function isStepOver(status: StepStatus): boolean {
  return !LIVE_STEP.includes(status);
}

export function isRunOver(status: RunStatus): boolean {
  return !LIVE_RUN.includes(status);
}

/** What a reader sees; `upstream_failed` is how a step skipped because of a failure is shown, `retrying` one that waits
 * for its next attempt. */
export type ShownStatus = StepStatus | "upstream_failed" | "retrying";

export const STATUS_WORDS: Record<ShownStatus, string> = {
  pending: "Pending",
  queued: "Queued",
  running: "Running",
  cancelling: "Stopping",
  succeeded: "Succeeded",
  failed: "Failed",
  timed_out: "Timed out",
  lost: "Lost",
  cancelled: "Stopped",
  skipped: "Skipped",
  reused: "Reused",
  upstream_failed: "Upstream failed",
  retrying: "Retrying",
};
