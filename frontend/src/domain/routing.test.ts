import { describe, expect, it } from "vitest";
import { type Box, labelPlace, type Point, routed, roundedPath, type Way } from "./routing";

const box = (x: number, y: number, width = 130, height = 50): Box => ({ x, y, width, height });
const down = (id: string, start: Point, end: Point): Way => ({ id, start, end, axis: "y" });

function crossed(line: readonly Point[], boxes: readonly Box[]): number {
  return boxes.filter((one) =>
    line.slice(1).some((b, index) => {
      const a = line[index] ?? b;
      return (
        Math.max(a.x, b.x) > one.x &&
        Math.min(a.x, b.x) < one.x + one.width &&
        Math.max(a.y, b.y) > one.y &&
        Math.min(a.y, b.y) < one.y + one.height
      );
    }),
  ).length;
}

describe("routes", () => {
  it("a node straight below gets a straight line", () => {
    const way = down("e", { x: 65, y: 50 }, { x: 65, y: 100 });
    expect(routed([box(0, 0), box(0, 100)], [way]).get("e")).toEqual([way.start, way.end]);
  });

  it("an edge that goes back leads round everything between its ends", () => {
    const boxes = [box(300, 200), box(300, 300), box(500, 250), box(650, 150), box(650, 350)];
    const back = down("loop", { x: 715, y: 400 }, { x: 365, y: 200 });
    const line = routed(boxes, [back]).get("loop") ?? [];
    expect(line[0]).toEqual(back.start);
    expect(line.at(-1)).toEqual(back.end);
    const middle = line.slice(1, -1);
    expect(
      crossed(
        middle,
        boxes.map(({ x, y }) => box(x - 7, y - 7, 144, 64)),
      ),
    ).toBe(0);
  });

  it("two edges from neighbouring ports do not lie on one another", () => {
    const boxes = [box(500, 250), box(650, 150), box(650, 350)];
    const lines = routed(boxes, [
      down("pass", { x: 543, y: 300 }, { x: 715, y: 150 }),
      down("fail", { x: 587, y: 300 }, { x: 715, y: 350 }),
    ]);
    const levels = [...lines.values()].map((line) => line[1]?.y);
    expect(Math.abs((levels[0] ?? 0) - (levels[1] ?? 0))).toBeGreaterThanOrEqual(7);
  });

  it("from left to right works the same way", () => {
    const boxes = [box(0, 0, 100), box(200, 0, 100), box(400, 0, 100)];
    const past: Way = { id: "past", start: { x: 100, y: 25 }, end: { x: 400, y: 25 }, axis: "x" };
    const line = routed(boxes, [past]).get("past") ?? [];
    expect(crossed(line, boxes)).toBe(0);
    expect(line.length).toBeGreaterThan(2);
  });
});

it("corners are round and labels stand on the longest piece", () => {
  const line = [
    { x: 0, y: 0 },
    { x: 0, y: 20 },
    { x: 100, y: 20 },
  ];
  expect(roundedPath(line, 8)).toBe("M 0 0 L 0 12 Q 0 20 8 20 L 100 20");
  expect(labelPlace(line)).toEqual({ x: 50, y: 20 });
});
