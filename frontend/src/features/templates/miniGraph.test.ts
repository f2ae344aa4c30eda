import { describe, expect, it } from "vitest";
import { addStep, connect } from "@/domain/edit";
import { emptyDocument, type PipelineDocument } from "@/domain/pipeline";
import { miniGraph } from "./miniGraph";

function chain(length: number): PipelineDocument {
  let document = emptyDocument();
  for (let n = 0; n < length; n += 1) document = addStep(document, { id: "step" }, { x: 0, y: n * 200 }).document;
  document.steps.slice(1).forEach((step, index) => {
    const source = document.steps[index]?.id ?? "";
    document = connect(document, { source, source_port: "data", target: step.id, target_port: "data" });
  });
  return document;
}

describe("miniGraph", () => {
  it("draws a pipeline from left to right within its frame, however long it is", () => {
    for (const length of [1, 2, 12]) {
      const { boxes, lines, box } = miniGraph(chain(length), new Map());
      expect(lines).toHaveLength(length - 1);
      const lefts = boxes.map(({ x }) => x);
      expect([...lefts].sort((a, b) => a - b)).toEqual(lefts);
      expect(Math.min(...lefts)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...lefts) + box.width).toBeLessThanOrEqual(240);
    }
  });

  it("places steps that nobody has placed behind their inputs", () => {
    const placed = chain(3);
    const document = { ...placed, steps: placed.steps.map((step) => ({ ...step, position: null })) };
    const [first, second, third] = miniGraph(document, new Map()).boxes.map(({ x }) => x);
    expect(first).toBeLessThan(second ?? 0);
    expect(second).toBeLessThan(third ?? 0);
  });

  it("draws an empty pipeline as nothing", () => {
    expect(miniGraph(emptyDocument(), new Map()).boxes).toEqual([]);
  });
});
