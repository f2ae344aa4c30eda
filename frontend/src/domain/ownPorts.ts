/** Ports that steps of one type do not share: read off the user's function by the server, which alone can read Python.
 * `stepTypeOf` is the one place that says which ports a step has. */

import { type Catalog, type OwnPorts, type OwnPortsByStep, parameterSchemas, type StepType } from "./catalog";
import { AFTER } from "./ports";

/** The catalog together with what is known of single steps. */
export function withOwnPorts(catalog: Catalog, own: OwnPortsByStep): Catalog {
  return Object.assign(new Map(catalog), { own });
}

/** The type as it is for this step. The same object for the same answer. */
export function stepTypeOf(catalog: Catalog, step: { id: string; type: string } | undefined): StepType | undefined {
  const stepType = step && catalog.get(step.type);
  if (!stepType?.ports_from) return stepType;
  const own = catalog.own?.[step?.id ?? ""];
  return own ? fitted(stepType, own) : stepType;
}

const known = new WeakMap<OwnPorts, { of: StepType; fitted: StepType }>();

function fitted(stepType: StepType, own: OwnPorts): StepType {
  const before = known.get(own);
  if (before?.of === stepType) return before.fitted;
  const name = stepType.ports_from?.arguments ?? "";
  const properties = own.is_known
    ? { ...parameterSchemas(stepType), [name]: own.arguments }
    : parameterSchemas(stepType);
  const type: StepType = {
    ...stepType,
    inputs: own.inputs,
    outputs: own.outputs,
    params_schema: { ...stepType.params_schema, properties },
  };
  known.set(own, { of: stepType, fitted: type });
  return type;
}

/** What is known after the server has answered: while code cannot be read its step keeps the ports it had. The same
 * object if nothing is new. */
export function afterAnswer(before: OwnPortsByStep, answered: OwnPortsByStep): OwnPortsByStep {
  const changed = Object.entries(answered).filter(([stepId, ports]) => {
    const had = before[stepId];
    if (had === undefined) return true;
    return !(had.is_known && !ports.is_known) && JSON.stringify(had) !== JSON.stringify(ports);
  });
  return changed.length === 0 ? before : { ...before, ...Object.fromEntries(changed) };
}

interface Ends {
  source: string;
  source_port: string;
  target: string;
  target_port: string;
}

/** Before the server has answered: every step has the ports that its edges name. */
export function portsOfEdges(edges: readonly Ends[]): OwnPortsByStep {
  const found: Record<string, OwnPorts> = {};
  const of = (stepId: string) => (found[stepId] ??= { inputs: [], outputs: [], arguments: {}, is_known: false });
  for (const { source, source_port, target, target_port } of edges) {
    const { outputs } = of(source);
    if (!outputs.some(({ name }) => name === source_port)) {
      outputs.push({ name: source_port, type: "any", branch: false, passes: null, doc: "" });
    }
    const { inputs } = of(target);
    if (target_port !== AFTER.name && !inputs.some(({ name }) => name === target_port)) {
      inputs.push({ name: target_port, type: "any", required: false, many: true, doc: "" });
    }
  }
  return found;
}

/** Parameters of a type whose text stands for itself: what looks like a reference in them is none. */
export function literalParameters(stepType: StepType | undefined): ReadonlySet<string> {
  const schemas = stepType === undefined ? [] : Object.entries(parameterSchemas(stepType));
  return new Set(schemas.filter(([, schema]) => schema["x-octopus-literal"] === true).map(([name]) => name));
}
