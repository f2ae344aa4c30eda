/** Finding text in log lines: which lines match, and where in a line. Plain text, case ignored; no patterns. */
import { plainText, type Segment } from "./ansi";

export interface Searchable {
  readonly text: string;
}

/** Indices of matching lines among `lines[from..]`, ascending. */
export function matchingLines(lines: readonly Searchable[], query: string, from = 0): number[] {
  const wanted = query.toLowerCase();
  const found: number[] = [];
  if (wanted === "") return found;
  for (let index = from; index < lines.length; index += 1) {
    const text = lines[index]?.text ?? "";
    // Cheap test first: most lines have no escape sequences, and most do not match.
    if (text.toLowerCase().includes(wanted) || (hasEscapes(text) && plainText(text).toLowerCase().includes(wanted))) {
      found.push(index);
    }
  }
  return found;
}

function hasEscapes(text: string): boolean {
  return text.includes("\u001b");
}

/** A segment cut into pieces so that every occurrence of `query` is a piece of its own. */
export function marked(segment: Segment, query: string): { text: string; isHit: boolean }[] {
  const wanted = query.toLowerCase();
  if (wanted === "") return [{ text: segment.text, isHit: false }];
  const pieces: { text: string; isHit: boolean }[] = [];
  const lower = segment.text.toLowerCase();
  let done = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, done)) {
    if (at > done) pieces.push({ text: segment.text.slice(done, at), isHit: false });
    pieces.push({ text: segment.text.slice(at, at + wanted.length), isHit: true });
    done = at + wanted.length;
  }
  if (done < segment.text.length) pieces.push({ text: segment.text.slice(done), isHit: false });
  return pieces;
}

/** The hit after (or before) the line one is at, round the ends. */
export function nextHit(hits: readonly number[], current: number | null, direction: 1 | -1): number | null {
  if (hits.length === 0) return null;
  const first = hits[0] ?? null;
  const last = hits[hits.length - 1] ?? null;
  if (current === null) return direction === 1 ? first : last;
  const place = direction === 1 ? hits.find((hit) => hit > current) : hits.findLast((hit) => hit < current);
  return place ?? (direction === 1 ? first : last);
}
