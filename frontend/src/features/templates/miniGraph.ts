/** A document as a picture small enough for a card: boxes and lines fitted into a frame. */
import type { Catalog, ColourRole } from "@/domain/catalog";
import { predecessors, type PipelineDocument, type Position } from "@/domain/pipeline";

export interface MiniBox {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly colour: ColourRole;
}

export interface MiniGraph {
  readonly boxes: readonly MiniBox[];
  readonly lines: readonly { readonly from: MiniBox; readonly to: MiniBox; readonly isLoop: boolean }[];
  readonly box: { readonly width: number; readonly height: number };
}

const FRAME = { width: 240, height: 120, margin: 10 };
const BOX = { width: 36, height: 14 };
const ROW_GAP = 34; // rows no further apart than this: a short side branch should not look like a tower

export function miniGraph(document: PipelineDocument, catalog: Catalog): MiniGraph {
  const flat = flatPositions(document);
  const xs = flat.map(({ x }) => x);
  const ys = flat.map(({ y }) => y);
  const columns = new Set(xs).size;
  const width = Math.min(BOX.width, (FRAME.width - 2 * FRAME.margin) / (1.5 * columns - 0.5));
  const box = { width, height: BOX.height };
  const place = (value: number, all: number[], room: number, size: number, gap: number) => {
    const low = Math.min(...all);
    const span = Math.max(...all) - low;
    const free = room - 2 * FRAME.margin - size;
    const used = span === 0 ? 0 : Math.min(free, gap * (new Set(all).size - 1));
    return FRAME.margin + (free - used) / 2 + (span === 0 ? 0 : ((value - low) / span) * used);
  };
  const boxes = document.steps.map((step, index): MiniBox => ({
    id: step.id,
    x: place(xs[index] ?? 0, xs, FRAME.width, width, Infinity),
    y: place(ys[index] ?? 0, ys, FRAME.height, BOX.height, ROW_GAP),
    colour: catalog.get(step.type)?.colour ?? "generic",
  }));
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const lines = document.edges.flatMap((edge) => {
    const from = byId.get(edge.source);
    const to = byId.get(edge.target);
    return from && to ? [{ from, to, isLoop: edge.kind === "loop" }] : [];
  });
  return { boxes, lines, box };
}

/** Left to right whatever way it is drawn: a card is wider than high. Steps without a position follow their inputs. */
function flatPositions(document: PipelineDocument): Position[] {
  const isPlaced = document.steps.every((step) => step.position !== null);
  if (!isPlaced) return layered(document);
  const placed = document.steps.map((step) => step.position ?? { x: 0, y: 0 });
  return document.direction === "TB" ? placed.map(({ x, y }) => ({ x: y, y: x })) : placed;
}

function layered(document: PipelineDocument): Position[] {
  const depths = new Map<string, number>();
  const depth = (id: string, path: readonly string[]): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    const before = predecessors(document, id).filter((other) => !path.includes(other));
    const own = before.length === 0 ? 0 : 1 + Math.max(...before.map((other) => depth(other, [...path, id])));
    depths.set(id, own);
    return own;
  };
  const rows = new Map<number, number>();
  return document.steps.map((step) => {
    const x = depth(step.id, []);
    const y = rows.get(x) ?? 0;
    rows.set(x, y + 1);
    return { x, y };
  });
}
