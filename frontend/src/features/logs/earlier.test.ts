import { describe, expect, it } from "vitest";
import type { LogLine } from "@/domain/event";
import { fetchLinesBefore } from "./earlier";
import { HitIndex } from "./hits";

const line = (n: number): LogLine => ({ n, at: "2026-01-01T00:00:00.000Z", stream: "stdout", text: `line ${n}` });

describe("fetchLinesBefore", () => {
  it("asks page by page for what is before, and for no line twice", async () => {
    const asked: [number, number][] = [];
    const lines = await fetchLinesBefore(async (after, limit) => {
      asked.push([after, limit]);
      return Promise.resolve({ lines: Array.from({ length: limit }, (_, index) => line(after + index + 1)) });
    }, 2501);
    expect(lines.map((one) => one.n)).toEqual(Array.from({ length: 2500 }, (_, index) => index + 1));
    expect(asked).toEqual([
      [0, 1000],
      [1000, 1000],
      [2000, 500],
    ]);
  });

  it("stops where the log ends", async () => {
    const lines = await fetchLinesBefore(
      async (after) => Promise.resolve({ lines: after === 0 ? [line(1)] : [] }),
      Infinity,
    );
    expect(lines).toHaveLength(1);
  });
});

describe("HitIndex", () => {
  it("finds hits in lines that came after the search began", () => {
    const lines = [line(1), line(2)];
    const index = new HitIndex(lines, "line");
    expect(index.current()).toEqual([0, 1]);
    lines.push(line(3));
    expect(index.current()).toEqual([0, 1, 2]);
  });
});
