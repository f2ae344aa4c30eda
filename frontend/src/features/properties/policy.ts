/** A step's policy as a form: what it is called, which values it may have, and what it is when nobody says anything. */
import type { JsonObject } from "@/domain/catalog";
import { DEFAULT_POLICY, type Policy } from "@/domain/pipeline";
import type { Problem } from "@/domain/problem";
import type { Schema } from "./schema/json";

const A_YEAR_S = 31_536_000;

export const POLICY_SCHEMA: Schema = {
  type: "object",
  properties: {
    retries: {
      type: "integer",
      title: "Retries",
      minimum: 0,
      maximum: 100,
      default: DEFAULT_POLICY.retries,
      description: "Further attempts after a failed one.",
    },
    retry_delay_s: {
      type: "number",
      title: "Retry delay, s",
      minimum: 0,
      maximum: 86_400,
      default: DEFAULT_POLICY.retry_delay_s,
      description: "Doubles with each attempt.",
    },
    timeout_s: {
      type: ["number", "null"],
      title: "Time limit, s",
      exclusiveMinimum: 0,
      maximum: A_YEAR_S,
      default: DEFAULT_POLICY.timeout_s,
      description: "Of each attempt. Empty: no limit.",
    },
    cpus: {
      type: "integer",
      title: "CPUs",
      minimum: 1,
      maximum: 1024,
      default: DEFAULT_POLICY.resources.cpus,
      description: "Cores it occupies.",
    },
    on_failure: {
      type: "string",
      title: "On failure",
      enum: ["fail", "continue"],
      default: DEFAULT_POLICY.on_failure,
      description: "continue: the run goes on without it.",
    },
    backend: {
      type: ["string", "null"],
      title: "Backend",
      enum: ["warm", "cold", null],
      default: DEFAULT_POLICY.backend,
      "x-none": "automatic (warm)",
      description: "warm starts at once, with everything imported; cold starts afresh; automatic: as the run says.",
    },
    reuse: {
      type: "boolean",
      title: "Reuse earlier results",
      default: DEFAULT_POLICY.reuse,
      description: "If nothing it depends on has changed, its earlier result stands in for it.",
    },
  },
};

export function policyValues({ resources, ...policy }: Policy): JsonObject {
  return { ...policy, cpus: resources.cpus };
}

/** `values` are valid by POLICY_SCHEMA. What the form does not show stays as it is. */
export function withValues(policy: Policy, values: JsonObject): Policy {
  const { cpus, ...rest } = values as unknown as Omit<Policy, "resources"> & { cpus: number };
  return { ...policy, ...rest, resources: { ...policy.resources, cpus } };
}

/** How many settings are other than by default. */
export function changedCount(policy: Policy): number {
  const standard = policyValues(DEFAULT_POLICY);
  return Object.entries(policyValues(policy)).filter(([name, value]) => value !== standard[name]).length;
}

/** Problems of a policy, as the form knows them: at its fields. */
export function policyProblems(problems: readonly Problem[], stepId: string): Problem[] {
  return problems.flatMap((problem) => {
    const field = /^(\/steps\/\d+)\/policy\/(?:resources\/)?(\w+)$/.exec(problem.pointer);
    if (problem.step_id !== stepId || field?.[2] === undefined) return [];
    return [{ ...problem, pointer: `${field[1] ?? ""}/params/${field[2]}` }];
  });
}
