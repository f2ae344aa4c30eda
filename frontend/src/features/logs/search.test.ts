import { describe, expect, it } from "vitest";
import { marked, matchingLines, nextHit } from "./search";

const lines = ["Loading data", "fold 1", "FOLD 2", "\u001b[31mfo\u001b[0mld 3", "done"].map((text) => ({ text }));

describe("matchingLines", () => {
  it("ignores case and looks through colours", () => {
    expect(matchingLines(lines, "fold")).toEqual([1, 2, 3]);
  });

  it("starts where it is told, so that only new lines are searched", () => {
    expect(matchingLines(lines, "fold", 2)).toEqual([2, 3]);
  });

  it("finds nothing for an empty query", () => {
    expect(matchingLines(lines, "")).toEqual([]);
  });

  it("takes the query literally", () => {
    expect(matchingLines([{ text: "a.c" }, { text: "abc" }], "a.c")).toEqual([0]);
  });
});

describe("marked", () => {
  it("cuts out every occurrence", () => {
    expect(marked({ text: "fold a Fold", classes: "" }, "fold")).toEqual([
      { text: "fold", isHit: true },
      { text: " a ", isHit: false },
      { text: "Fold", isHit: true },
    ]);
  });
});

describe("nextHit", () => {
  it("goes round the ends", () => {
    expect(nextHit([2, 5], null, 1)).toBe(2);
    expect(nextHit([2, 5], 2, 1)).toBe(5);
    expect(nextHit([2, 5], 5, 1)).toBe(2);
    expect(nextHit([2, 5], 2, -1)).toBe(5);
    expect(nextHit([], 2, 1)).toBeNull();
  });
});
