/** Problems the server found, brought to the fields of one step's form. */
import type { Problem } from "@/domain/problem";
import type { Faults } from "./validate";

const PARAMS = /^\/steps\/\d+\/params(\/.*)?$/;

/** Pointer below `params` (`/ratios/0`) of a problem; null if it is not about a parameter. */
export function parameterPointer(problem: Problem): string | null {
  const match = PARAMS.exec(problem.pointer);
  return match ? (match[1] ?? "").replaceAll("~1", "/").replaceAll("~0", "~") : null;
}

/** Local faults first: they are about what is typed now; the server's answer may still be about the moment before. */
export function mergeFaults(local: Faults, problems: readonly Problem[], stepId: string): Faults {
  const merged: Record<string, string> = { ...local };
  for (const problem of problems) {
    if (problem.step_id !== stepId) continue;
    const pointer = parameterPointer(problem);
    if (pointer !== null && pointer !== "" && !hasFault(merged, pointer)) merged[pointer] = problem.message;
  }
  return merged;
}

function hasFault(faults: Faults, pointer: string): boolean {
  return Object.keys(faults).some(
    (place) => place === pointer || place.startsWith(`${pointer}/`) || pointer.startsWith(`${place}/`),
  );
}

/** Problems of the step that belong to no field: shown above the form. */
export function stepProblems(problems: readonly Problem[], stepId: string): Problem[] {
  return problems.filter((problem) => problem.step_id === stepId && !parameterPointer(problem));
}
