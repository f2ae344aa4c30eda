import { describe, expect, it } from "vitest";
import { drawn } from "@/test/sample";
import { isExpression, metricReference, offeredReferences, renamedParameters } from "./reference";

describe("references", () => {
  it.each([
    ["${params.x}", true],
    ["at ${steps.a.metrics.b}", true],
    ["$${params.x}", false],
    ["$$${params.x}", true],
    ["$5 {x}", false],
    ["plain", false],
    [5, false],
  ])("in %s: %s", (value, expected) => expect(isExpression(value)).toBe(expected));

  it("quote a metric's name where they must", () => {
    expect(metricReference("evaluate", "recall")).toBe("${steps.evaluate.metrics.recall}");
    expect(metricReference("evaluate", "f1/macro")).toBe('${steps.evaluate.metrics["f1/macro"]}');
  });

  it("are offered of the pipeline's parameters and of the metrics of steps before", () => {
    const document = {
      ...drawn(["ingest", "split", "train"], ["ingest.data > split.data", "split.train > train.train"]),
      parameters: { rate: { type: "float", default: 0.5, description: "" } as const },
    };
    const metrics: Record<string, Record<string, number>> = { ingest: { rows: 150 }, train: { loss: 1 } };
    const texts = offeredReferences(document, "split", (id) => metrics[id]).map(({ text }) => text);
    expect(texts).toEqual(["${params.rate}", "${steps.ingest.metrics.rows}"]);
  });

  it("follow a new name at any depth, and nothing else does", () => {
    const names = new Map([["a", "b"]]);
    expect(renamedParameters({ x: ["${params.a}", "$${params.a}", "$$${params.a}", "a", 1, null] }, names)).toEqual({
      x: ["${params.b}", "$${params.a}", "$$${params.b}", "a", 1, null],
    });
  });
});
