/** References in the values of step parameters: `${params.name}`, `${steps.id.metrics.name}`; `$${` is a literal `${`.
 * The server resolves them (backend/octopus/compiler/reference.py); here they are only recognised and offered. */

import type { JsonValue } from "./catalog";
import { withAncestors } from "./loops";
import type { PipelineDocument } from "./pipeline";

/** Of several `$` before a `{` each pair stands for one `$`; a single one left over begins a reference. */
const BEGINS = /(?<!\$)(?:\$\$)*\$\{/;
const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function isExpression(value: JsonValue | undefined): value is string {
  return typeof value === "string" && BEGINS.test(value);
}

/** Text as it has to be written to stand for itself. */
export function parameterReference(name: string): string {
  return `\${params.${name}}`;
}

export function metricReference(stepId: string, name: string): string {
  return PLAIN_NAME.test(name) ? `\${steps.${stepId}.metrics.${name}}` : `\${steps.${stepId}.metrics["${name}"]}`;
}

export interface ReferenceOffer {
  text: string;
  /** What it stands for now, as far as that is known. */
  detail: string;
}

type Metrics = Readonly<Record<string, JsonValue>>;

/** What a parameter of a step may refer to: the pipeline's parameters, and metrics of the steps before it. */
export function offeredReferences(
  document: PipelineDocument,
  stepId: string,
  metricsOf: (stepId: string) => Metrics | undefined,
): ReferenceOffer[] {
  const parameters = Object.entries(document.parameters).map(([name, { default: value }]) => ({
    text: parameterReference(name),
    detail: value === null ? "no default" : JSON.stringify(value),
  }));
  const before = withAncestors(document, stepId);
  const metrics = document.steps
    .filter((step) => step.id !== stepId && before.has(step.id))
    .flatMap((step) => Object.entries(metricsOf(step.id) ?? {}).map(([name, value]) => offer(step.id, name, value)));
  return [...parameters, ...metrics];
}

function offer(stepId: string, name: string, value: JsonValue): ReferenceOffer {
  return { text: metricReference(stepId, name), detail: `${JSON.stringify(value)} in the shown run` };
}

/** The value with every `${params.<old>}` under its new name. */
export function renamedParameters(value: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  if (typeof value === "string") {
    return value.replace(/(?<!\$)((?:\$\$)*)\$\{params\.(\w+)\}/g, (whole, dollars: string, name: string) => {
      const next = names.get(name);
      return next === undefined ? whole : dollars + parameterReference(next);
    });
  }
  if (Array.isArray(value)) return value.map((item) => renamedParameters(item, names));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, renamedParameters(item, names)]));
}
