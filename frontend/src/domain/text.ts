/** How values read on a card, in a list, in a badge. */

import { effectiveParam, type JsonValue, type StepType } from "./catalog";
import type { MetricValue } from "./event";
import type { Step } from "./pipeline";
import type { StepRunView } from "./run";

/** The name a step goes by: its own label, else its type's title, else its type's id. */
export function stepName(step: Pick<Step, "label" | "type">, stepType: StepType | undefined): string {
  return step.label ?? stepType?.title ?? step.type;
}

/** Which way its attempt was started, and why not the warm one if nobody asked for cold; "" before it was. */
export function startedText({ backend, backend_reason }: Pick<StepRunView, "backend" | "backend_reason">): string {
  if (backend === null) return "";
  return backend_reason === null ? `Started ${backend}` : `Started ${backend}: ${backend_reason}`;
}

const SUMMARY_LIMIT = 3;

/** `iteration 2, attempt 1`. */
export function stepRunName(
  { iteration, attempt }: { iteration: number; attempt: number },
  saysAttempt = true,
): string {
  return `Iteration ${iteration}${saysAttempt ? `, attempt ${attempt}` : ""}`;
}

/** The telling parameters in one line: `logistic · max_iter 200`. */
export function summaryText(step: Step, stepType: StepType | undefined): string {
  if (!stepType) return step.type;
  const parts = stepType.summary.flatMap((name) => {
    const text = valueText(effectiveParam(stepType, step.params, name));
    return text === "" ? [] : [text];
  });
  return parts.slice(0, SUMMARY_LIMIT).join(" · ");
}

/** A parameter's value in a few characters; "" for one that is not set. */
export function valueText(value: JsonValue | undefined): string {
  if (value === undefined || value === null || value === "") return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return value.length > 40 ? `${value.slice(0, 39)}…` : value;
  if (Array.isArray(value))
    return value
      .map(valueText)
      .filter((text) => text !== "")
      .join(" / ");
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${valueText(inner)}`)
    .join(", ");
}

/** Seconds as `0.4 s`, `12 s`, `3 min 05 s`, `2 h 04 min`. */
export function durationText(seconds: number): string {
  if (seconds < 0.05) return "0 s";
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${pad(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** Seconds between two timestamps; the second null: until `now` (milliseconds since 1970). */
export function secondsBetween(startedAt: string, endedAt: string | null, now: number): number {
  const end = endedAt === null ? now : Date.parse(endedAt);
  return Math.max(0, (end - Date.parse(startedAt)) / 1000);
}

/** A metric with at most four significant digits after the point. */
export function metricText(value: MetricValue): string {
  if (typeof value === "string") return value;
  if (Number.isInteger(value)) return String(value);
  const magnitude = Math.abs(value);
  if (magnitude >= 1e6 || magnitude < 1e-4) return value.toExponential(3);
  return magnitude >= 100 ? value.toFixed(2) : value.toFixed(4);
}

export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let amount = bytes;
  let unit = "B";
  for (const next of units) {
    if (amount < 1000) break;
    amount /= 1000;
    unit = next;
  }
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${unit}`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
