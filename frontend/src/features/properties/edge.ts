/** An edge as a form. */
import type { JsonObject } from "@/domain/catalog";
import { DEFAULT_ITERATIONS, ITERATIONS_LIMIT, kindFields } from "@/domain/loops";
import type { Edge } from "@/domain/pipeline";
import type { Problem } from "@/domain/problem";
import type { Schema } from "./schema/json";

const LABEL_LIMIT = 200; // the server's limit for a label

const LABEL: Schema = {
  type: "string",
  title: "Label",
  maxLength: LABEL_LIMIT,
  default: "",
  description: "Shown on the canvas.",
};
const KIND: Schema = {
  type: "string",
  title: "Kind",
  enum: ["data", "loop"],
  default: "data",
  description: "loop: goes back to a step that comes before.",
};
const LIMITS: Record<string, Schema> = {
  max_iterations: {
    type: "integer",
    title: "Maximum",
    minimum: 1,
    maximum: ITERATIONS_LIMIT,
    default: DEFAULT_ITERATIONS,
    description: "Times, the first included.",
  },
  on_limit: {
    type: "string",
    title: "At the limit",
    enum: ["fail", "continue"],
    default: "fail",
    description: "Fail the run, or go on.",
  },
};

export function edgeSchema(edge: Edge): Schema {
  return { type: "object", properties: { label: LABEL, kind: KIND, ...(edge.kind === "loop" ? LIMITS : {}) } };
}

export function edgeValues(edge: Edge): JsonObject {
  const limits = { max_iterations: edge.max_iterations ?? DEFAULT_ITERATIONS, on_limit: edge.on_limit ?? "fail" };
  return { label: edge.label, kind: edge.kind, ...(edge.kind === "loop" ? limits : {}) };
}

/** `values` are valid by edgeSchema. */
export function withEdgeValues(edge: Edge, values: JsonObject): Edge {
  const next = { ...edge, ...(values as Partial<Edge>) };
  return { ...next, ...kindFields(next.kind, next) };
}

const FIELD = /^\/edges\/\d+\/(label|kind|max_iterations|on_limit)$/;

/** Problems of the edge, at the fields of its form. */
export function fieldProblems(problems: readonly Problem[], edgeId: string): Problem[] {
  return problems.flatMap((problem) => {
    const name = FIELD.exec(problem.pointer)?.[1];
    if (problem.edge_id !== edgeId || name === undefined) return [];
    return [{ ...problem, step_id: edgeId, pointer: `/steps/0/params/${name}` }];
  });
}

/** Problems of the edge that belong to no field. */
export function edgeProblems(problems: readonly Problem[], edgeId: string): Problem[] {
  return problems.filter((problem) => problem.edge_id === edgeId && !FIELD.test(problem.pointer));
}
