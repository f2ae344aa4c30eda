/** What a person can do about a step that did not end well. */
import type { StepRunView } from "@/domain/run";

export function advice(step: StepRunView): string {
  if (step.status === "failed" && step.started_at === null) {
    return "It was not started. Mend what the reason names, and press Run again.";
  }
  if (step.status === "failed") {
    return step.exit_code !== null && step.exit_code < 0
      ? "Something stopped its process from outside, often for lack of memory. Run the pipeline again, with less data if it happens again."
      : "Read the last lines it printed, change its parameters or its inputs, and press Run again.";
  }
  if (step.status === "timed_out") {
    return "It took longer than it may. Give it less to do, or more time in its policy, and press Run again.";
  }
  if (step.status === "lost") {
    return "Its process was lost, for example because the machine or octopus was restarted. Press Run again.";
  }
  return step.cause_step === null ? "" : `See the step ${step.cause_step} for the reason.`;
}

const SIGNALS: Record<number, string> = {
  2: "interrupted",
  6: "aborted",
  9: "killed",
  11: "crashed",
  15: "terminated",
};

/** `0`, `3`, `-9 (killed)`. */
export function exitCodeText(code: number | null): string {
  if (code === null) return "unknown";
  const signal = code < 0 ? (SIGNALS[-code] ?? `signal ${-code}`) : "";
  return signal === "" ? String(code) : `${code} (${signal})`;
}
