/** Loop edges: wires that go back to a step that is an ancestor of where they begin. */

import { type Edge, type PipelineDocument, predecessors, reaches, successors } from "./pipeline";

/** How often a loop's body is executed at most, the first time included, where the document does not say. */
export const DEFAULT_ITERATIONS = 3;
export const ITERATIONS_LIMIT = 1000;

/** Whether a wire from `source` to `target` goes back: forward edges lead from its end to where it begins. */
export function goesBack(document: PipelineDocument, source: string, target: string, except?: string): boolean {
  const edges = document.edges.filter((edge) => edge.id !== except);
  return source !== target && reaches({ ...document, edges }, target, source);
}

/** The steps that a loop edge repeats: every step on a forward path from its target to its source. */
export function loopBody(document: PipelineDocument, edge: Pick<Edge, "source" | "target">): string[] {
  const after = closure(edge.target, (id) => successors(document, id));
  const before = closure(edge.source, (id) => predecessors(document, id));
  return document.steps.map((step) => step.id).filter((id) => after.has(id) && before.has(id));
}

/** Everything that `next` leads to, the beginning included. */
function closure(from: string, next: (id: string) => string[]): Set<string> {
  const found = new Set([from]);
  for (const id of found) next(id).forEach((other) => found.add(other));
  return found;
}

/** A step and everything that comes before it. */
export function withAncestors(document: PipelineDocument, stepId: string): Set<string> {
  return closure(stepId, (id) => predecessors(document, id));
}

export function maxIterations(edge: Pick<Edge, "max_iterations">): number {
  return edge.max_iterations ?? DEFAULT_ITERATIONS;
}

/** What belongs to an edge of a kind: only a loop has a limit. */
export function kindFields(kind: Edge["kind"], edge?: Edge): Pick<Edge, "kind" | "max_iterations" | "on_limit"> {
  if (kind === "data") return { kind, max_iterations: null, on_limit: null };
  return { kind, max_iterations: edge?.max_iterations ?? DEFAULT_ITERATIONS, on_limit: edge?.on_limit ?? "fail" };
}
