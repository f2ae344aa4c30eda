/** Edges drawn as rectangular lines that go round nodes and keep apart from one another. Every edge gets the best of a
 * handful of candidates: as few nodes crossed as possible, then as little on top of earlier edges, then short. */

export interface Point {
  x: number;
  y: number;
}

export interface Box extends Point {
  width: number;
  height: number;
}

/** From where to where; the line leaves `start` and reaches `end` in the direction of `axis`, growing. */
export interface Way {
  id: string;
  start: Point;
  end: Point;
  axis: "x" | "y";
}

/** How far a line runs straight out of a port, nearest first. */
const STUBS = [16, 27];
/** How far from a node a line passes it by. */
const CLEARANCE = 18;
/** Lines nearer than this lie on one another. */
const TOO_NEAR = 7;
const COST_OF_NODE = 10_000;
/** Passing a node nearer than `NEAR` looks as if the line belonged to it. */
const COST_OF_NEARNESS = 600;
const NEAR = 8;
/** Per pixel. */
const COST_ON_LINE = 12;
const COST_OF_BEND = 12;
/** Above so many nodes no candidates are compared: it would take longer than a frame. */
export const ROUTED_NODES = 120;

/** The corners of each line, ends included, by id. Works in one frame: `u` across, `v` along the way. */
export function routed(boxes: readonly Box[], ways: readonly Way[]): Map<string, Point[]> {
  const lines = new Map<string, Point[]>();
  for (const way of ways) {
    const drawn = [...lines.values()];
    const candidates = candidatesOf(boxes, way);
    let best: { line: Point[]; cost: number } | null = null;
    for (const line of candidates) {
      const cost = costOf(line, boxes, drawn);
      if (best === null || cost < best.cost) best = { line, cost };
    }
    if (best !== null) lines.set(way.id, best.line);
  }
  return lines;
}

function candidatesOf(boxes: readonly Box[], way: Way): Point[][] {
  const isDown = way.axis === "y";
  const turn = ({ x, y }: Point): Point => (isDown ? { x, y } : { x: y, y: x });
  const [from, to] = [turn(way.start), turn(way.end)];
  const rows = boxes.map((box) => ({ ...turn(box), width: isDown ? box.width : box.height }));
  const lanes = lanesOf(rows, from.x, to.x);
  const found: Point[][] = [];
  const [stub = 0] = STUBS;
  if (to.y - from.y >= 2 * stub) {
    if (Math.abs(from.x - to.x) < 1) found.push([from, to]);
    const middle = (from.y + to.y) / 2;
    const levels = [middle, ...STUBS.flatMap((length) => [from.y + length, to.y - length])];
    for (const level of levels) found.push([from, { x: from.x, y: level }, { x: to.x, y: level }, to]);
  }
  for (const out of STUBS) {
    for (const into of STUBS) {
      const [leave, arrive] = [from.y + out, to.y - into];
      for (const lane of lanes) {
        found.push([
          from,
          { x: from.x, y: leave },
          { x: lane, y: leave },
          { x: lane, y: arrive },
          { x: to.x, y: arrive },
          to,
        ]);
      }
    }
  }
  return found.map((line) => line.map(turn));
}

/** Where a line may run past the nodes: beside each of them, in the middle of narrow gaps, and half way. */
function lanesOf(rows: readonly { x: number; width: number }[], from: number, to: number): number[] {
  const edges = rows.flatMap(({ x, width }) => [x, x + width]).sort((one, other) => one - other);
  const gaps = edges.slice(1).map((edge, index) => (edge + (edges[index] ?? edge)) / 2);
  const beside = rows.flatMap(({ x, width }) => [x - CLEARANCE, x + width + CLEARANCE]);
  return [...new Set([(from + to) / 2, ...gaps, ...beside])];
}

type Piece = readonly [Point, Point];

function pieces(line: readonly Point[]): Piece[] {
  return line.slice(1).flatMap((point, index): Piece[] => {
    const before = line[index];
    return before === undefined ? [] : [[before, point]];
  });
}

function costOf(line: readonly Point[], boxes: readonly Box[], drawn: readonly Point[][]): number {
  const own = pieces(line);
  const length = own.reduce((sum, [a, b]) => sum + Math.abs(a.x - b.x) + Math.abs(a.y - b.y), 0);
  const crossed = own.reduce((sum, piece) => sum + boxes.filter((box) => crosses(piece, box)).length, 0);
  // The first and the last piece belong to a node.
  const passing = own.slice(1, -1);
  const near = passing.reduce((sum, piece) => sum + boxes.filter((box) => crosses(piece, around(box))).length, 0);
  const others = drawn.flatMap(pieces);
  const shared = own.reduce(
    (sum, piece) => sum + others.reduce((length, other) => length + overlap(piece, other), 0),
    0,
  );
  const bends = line.length - 2;
  return crossed * COST_OF_NODE + near * COST_OF_NEARNESS + shared * COST_ON_LINE + length + bends * COST_OF_BEND;
}

function around({ x, y, width, height }: Box): Box {
  return { x: x - NEAR, y: y - NEAR, width: width + 2 * NEAR, height: height + 2 * NEAR };
}

/** Touching a side of the box does not count: a line begins and ends there. */
function crosses([a, b]: Piece, box: Box): boolean {
  return (
    Math.max(a.x, b.x) > box.x &&
    Math.min(a.x, b.x) < box.x + box.width &&
    Math.max(a.y, b.y) > box.y &&
    Math.min(a.y, b.y) < box.y + box.height
  );
}

/** How far two pieces run on top of one another, in pixels. */
function overlap([a, b]: Piece, [c, d]: Piece): number {
  const isUpright = a.x === b.x;
  if (isUpright !== (c.x === d.x)) return 0;
  const [along, across] = isUpright ? (["y", "x"] as const) : (["x", "y"] as const);
  if (Math.abs(a[across] - c[across]) >= TOO_NEAR) return 0;
  const start = Math.max(Math.min(a[along], b[along]), Math.min(c[along], d[along]));
  const end = Math.min(Math.max(a[along], b[along]), Math.max(c[along], d[along]));
  return Math.max(0, end - start);
}

/** An SVG path with round corners. */
export function roundedPath(line: readonly Point[], radius: number): string {
  const [first, ...rest] = line;
  if (first === undefined) return "";
  const parts = [`M ${first.x} ${first.y}`];
  rest.forEach((corner, index) => {
    const [before, after] = [line[index], rest[index + 1]];
    if (before === undefined || after === undefined) {
      parts.push(`L ${corner.x} ${corner.y}`);
      return;
    }
    const bend = Math.min(radius, distance(before, corner) / 2, distance(corner, after) / 2);
    const [into, out] = [towards(corner, before, bend), towards(corner, after, bend)];
    parts.push(`L ${into.x} ${into.y}`, `Q ${corner.x} ${corner.y} ${out.x} ${out.y}`);
  });
  return parts.join(" ");
}

/** The middle of the longest piece: where a label has most room. */
export function labelPlace(line: readonly Point[]): Point {
  const longest = pieces(line).reduce<Piece | null>(
    (best, piece) => (best === null || distance(...piece) > distance(...best) ? piece : best),
    null,
  );
  if (longest === null) return line[0] ?? { x: 0, y: 0 };
  const [a, b] = longest;
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function distance(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to);
  if (whole === 0) return from;
  const share = length / whole;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
