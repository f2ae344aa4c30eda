import { beforeEach, describe, expect, it } from "vitest";
import type { LogBatch } from "@/domain/event";
import { appendLogs, attemptLines, clearLogs, useLogs } from "./logs";

const batch = (step_id: string, ...numbers: number[]): LogBatch => ({
  kind: "log",
  run_id: "r1",
  step_id,
  iteration: 1,
  attempt: 1,
  lines: numbers.map((n) => ({ n, at: "2026-01-01T00:00:00.000Z", stream: "stdout", text: `${step_id} ${n}` })),
});

const texts = () => useLogs.getState().all.map((line) => line.text);

describe("the log store", () => {
  beforeEach(clearLogs);

  it("keeps the lines of all steps in the order in which they arrive", () => {
    appendLogs([batch("a", 1, 2), batch("b", 1), batch("a", 3)]);
    expect(texts()).toEqual(["a 1", "a 2", "b 1", "a 3"]);
    expect(attemptLines("a", 1, 1).map((line) => line.n)).toEqual([1, 2, 3]);
  });

  it("drops the lines it has when a connection begins again at line 1", () => {
    appendLogs([batch("a", 1, 2)]);
    appendLogs([batch("a", 1, 2, 3)]);
    expect(texts()).toEqual(["a 1", "a 2", "a 3"]);
  });

  it("tells once per batch, and not at all when nothing is new", () => {
    let told = 0;
    const stop = useLogs.subscribe(() => {
      told += 1;
    });
    appendLogs([batch("a", 1), batch("b", 1)]);
    appendLogs([batch("a", 1)]);
    stop();
    expect(told).toBe(1);
  });
});
