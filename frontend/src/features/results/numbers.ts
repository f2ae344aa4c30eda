/** How numbers and values read in a table of data. */
import type { JsonValue } from "@/domain/catalog";

const EXACT = 6; // significant digits of a fraction

export function cellText(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return numberText(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export function numberText(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e9 || magnitude < 1e-5) return value.toExponential(3);
  return String(Number(value.toPrecision(EXACT)));
}

export function countText(count: number): string {
  return count.toLocaleString("en");
}

/** `1,234 rows`, `1 row`. */
export function rowsText(count: number): string {
  return `${countText(count)} ${count === 1 ? "row" : "rows"}`;
}
