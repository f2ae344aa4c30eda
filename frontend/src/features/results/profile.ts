/** A column's summary, as the server's profile gives it, in words and bars. */
import type { JsonValue } from "@/domain/catalog";
import { cellText, countText, numberText } from "./numbers";

export interface ColumnProfile {
  readonly name: string;
  readonly missing: number;
  /** Facts to read out: `min 4.3`, `3 distinct`. */
  readonly facts: readonly string[];
  readonly bars: readonly { readonly label: string; readonly share: number }[];
}

type Summary = Readonly<Record<string, JsonValue>>;

export function profileOf(summary: Summary | undefined): ColumnProfile | null {
  if (!summary) return null;
  const number = (key: string) => (typeof summary[key] === "number" ? summary[key] : null);
  const facts = (["min", "mean", "max"] as const).flatMap((key) => {
    const value = number(key);
    return value === null ? [] : [`${key} ${numberText(value)}`];
  });
  const distinct = number("distinct");
  if (distinct !== null) facts.push(`${countText(distinct)} distinct`);
  const missing = number("missing") ?? 0;
  if (missing > 0) facts.push(`${countText(missing)} missing`);
  return { name: nameOf(summary), missing, facts, bars: barsOf(summary) };
}

export function nameOf(summary: Summary): string {
  return cellText(summary.name);
}

function barsOf(summary: Summary): ColumnProfile["bars"] {
  const source = Array.isArray(summary.histogram) ? summary.histogram : Array.isArray(summary.top) ? summary.top : [];
  const bins = source.flatMap((bin) => {
    if (typeof bin !== "object" || bin === null || Array.isArray(bin) || typeof bin.count !== "number") return [];
    return [{ label: binLabel(bin), count: bin.count }];
  });
  const most = Math.max(1, ...bins.map((bin) => bin.count));
  return bins.map(({ label, count }) => ({ label: `${label}: ${countText(count)}`, share: count / most }));
}

function binLabel(bin: Record<string, JsonValue>): string {
  if (typeof bin.from === "number" && typeof bin.to === "number")
    return `${numberText(bin.from)} to ${numberText(bin.to)}`;
  return cellText(bin.value);
}
