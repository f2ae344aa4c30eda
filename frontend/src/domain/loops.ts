/** Loop edges: wires that go back to a step that is an ancestor of where they begin. */

import { type Edge, findEdge, type PipelineDocument, reaches } from "./pipeline";

/** How often a loop's body is executed at most, the first time included, where the document does not say. */
export const DEFAULT_ITERATIONS = 3;
export const ITERATIONS_LIMIT = 1000;

export type OnLimit = "fail" | "continue";

/** Whether a wire from `source` to `target` goes back: forward edges lead from its end to where it begins. */
export function goesBack(document: PipelineDocument, source: string, target: string, except?: string): boolean {
  const edges = document.edges.filter((edge) => edge.id !== except);
  return source !== target && reaches({ ...document, edges }, target, source);
}

/** The steps that a loop edge repeats: every step on a forward path from its target to its source. */
export function loopBody(document: PipelineDocument, edge: Pick<Edge, "source" | "target">): string[] {
  return document.steps
    .map((step) => step.id)
    .filter((id) => reaches(document, edge.target, id) && reaches(document, id, edge.source));
}

export function maxIterations(edge: Pick<Edge, "max_iterations">): number {
  return edge.max_iterations ?? DEFAULT_ITERATIONS;
}

/** What belongs to an edge of a kind: only a loop has a limit. */
export function kindFields(kind: Edge["kind"], edge?: Edge): Pick<Edge, "kind" | "max_iterations" | "on_limit"> {
  if (kind === "data") return { kind, max_iterations: null, on_limit: null };
  return { kind, max_iterations: edge?.max_iterations ?? DEFAULT_ITERATIONS, on_limit: edge?.on_limit ?? "fail" };
}

export function setEdgeKind(document: PipelineDocument, edgeId: string, kind: Edge["kind"]): PipelineDocument {
  const edge = findEdge(document, edgeId);
  return edge === undefined || edge.kind === kind ? document : changed(document, edgeId, kindFields(kind, edge));
}

export function setIterations(document: PipelineDocument, edgeId: string, max_iterations: number): PipelineDocument {
  const edge = findEdge(document, edgeId);
  return edge?.max_iterations === max_iterations ? document : changed(document, edgeId, { max_iterations });
}

export function setOnLimit(document: PipelineDocument, edgeId: string, on_limit: OnLimit): PipelineDocument {
  return changed(document, edgeId, { on_limit });
}

function changed(document: PipelineDocument, edgeId: string, changes: Partial<Edge>): PipelineDocument {
  const edges = document.edges.map((edge) => (edge.id === edgeId ? { ...edge, ...changes } : edge));
  return { ...document, edges };
}
