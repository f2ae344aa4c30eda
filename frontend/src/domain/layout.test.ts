import { describe, expect, it } from "vitest";
import { CATALOG, drawn } from "@/test/sample";
import { CARD_SIZE, layOut } from "./layout";

const flow = drawn(
  ["ingest", "split", "train", "evaluate"],
  [
    "ingest.data > split.data",
    "split.train > train.train",
    "train.model > evaluate.model",
    "split.test > evaluate.test",
  ],
);

describe("tidying up", () => {
  it("puts every step below the ones it takes from", async () => {
    const positions = await layOut(flow, CATALOG);
    for (const { source, target } of flow.edges) {
      expect(positions.get(target)?.y).toBeGreaterThan((positions.get(source)?.y ?? 0) + CARD_SIZE.height);
    }
  });

  it("goes to the right when the pipeline is drawn left to right", async () => {
    const positions = await layOut({ ...flow, direction: "LR" }, CATALOG);
    expect(positions.get("evaluate")?.x).toBeGreaterThan(positions.get("train")?.x ?? 0);
  });

  it("keeps the card in between off the edge that passes by it", async () => {
    const positions = await layOut(flow, CATALOG);
    const testPort = (positions.get("split")?.x ?? 0) + (CARD_SIZE.width * 2) / 3;
    expect((positions.get("train")?.x ?? 0) + CARD_SIZE.width).toBeLessThan(testPort);
  });

  it("lets no two cards overlap", async () => {
    const positions = [...(await layOut(flow, CATALOG)).values()];
    for (const [index, a] of positions.entries()) {
      for (const b of positions.slice(index + 1)) {
        expect(Math.abs(a.x - b.x) >= CARD_SIZE.width || Math.abs(a.y - b.y) >= CARD_SIZE.height).toBe(true);
      }
    }
  });
});
