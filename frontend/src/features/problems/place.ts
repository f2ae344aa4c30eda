/** Where a problem is, in words, and which come first. */
import type { Problem } from "@/domain/problem";

export interface PlaceNames {
  readonly step: string | null;
  readonly parameter: string | null;
}

/** `Train · parameter Target`, `Split · port data`, `edge e3`, `pipeline`. */
export function placeText(problem: Problem, names: PlaceNames): string {
  const parts: string[] = [];
  if (names.step !== null) parts.push(names.step);
  else if (problem.step_id !== null) parts.push(problem.step_id);
  if (names.parameter !== null) parts.push(`parameter ${names.parameter}`);
  else if (problem.port !== null) parts.push(`port ${problem.port}`);
  if (problem.edge_id !== null) parts.push(`edge ${problem.edge_id}`);
  return parts.length > 0 ? parts.join(" · ") : "Pipeline";
}

/** Errors before warnings, otherwise in the order of the server. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => Number(a.severity === "warning") - Number(b.severity === "warning"));
}
