/** The log lines of the shown run, as they arrive. Lists only grow and are never copied: whoever draws them listens to
 * `version`. Lines that are here already (by `n` of their attempt) are dropped, so a reconnect changes nothing. */

import { create } from "zustand";
import type { LogBatch, LogLine } from "@/domain/event";

export interface LogEntry extends LogLine {
  step_id: string;
  iteration: number;
  attempt: number;
}

interface LogState {
  /** Grows with every batch. */
  version: number;
  /** All steps interleaved, in order of arrival. */
  all: LogEntry[];
  /** Per attempt, keyed by attemptKey(). */
  byAttempt: Map<string, LogEntry[]>;
}

const empty = (): LogState => ({ version: 0, all: [], byAttempt: new Map() });

export const useLogs = create<LogState>()(empty);

export function attemptKey(stepId: string, iteration: number, attempt: number): string {
  return `${stepId}.${iteration}.${attempt}`;
}

export function clearLogs(): void {
  useLogs.setState(empty());
}

/** Adds what is new of the batches, with one notification. */
export function appendLogs(batches: readonly LogBatch[]): void {
  const { version, all, byAttempt } = useLogs.getState();
  let added = 0;
  for (const { step_id, iteration, attempt, lines } of batches) {
    const key = attemptKey(step_id, iteration, attempt);
    const own = byAttempt.get(key) ?? [];
    byAttempt.set(key, own);
    let last = own.at(-1)?.n ?? 0;
    for (const line of lines) {
      if (line.n <= last) continue;
      const entry = { ...line, step_id, iteration, attempt };
      own.push(entry);
      all.push(entry);
      last = line.n;
      added += 1;
    }
  }
  if (added > 0) useLogs.setState({ version: version + 1 });
}

/** The lines of one attempt; the same array as long as the run is shown. */
export function attemptLines(stepId: string, iteration: number, attempt: number): readonly LogEntry[] {
  return useLogs.getState().byAttempt.get(attemptKey(stepId, iteration, attempt)) ?? [];
}
