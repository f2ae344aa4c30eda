/** What a hand can do to a document. Every operation is pure: it answers a new document and leaves the old one alone.
 * An operation that would change nothing answers the very same object, so that it makes no undo entry. */

import type { JsonValue, StepType } from "./catalog";
import { type Connection, isBranching } from "./connect";
import { goesBack, kindFields } from "./loops";
import type { Catalog } from "./catalog";
import {
  DEFAULT_POLICY,
  type Direction,
  type Edge,
  type PipelineDocument,
  type Policy,
  type Position,
  type Step,
} from "./pipeline";

/** A step id made of the type's name: `split`, then `split_2`, `split_3`, ... */
export function freeStepId(document: PipelineDocument, typeId: string): string {
  const tail = typeId.split("/").at(-1) ?? typeId;
  const cleaned = tail
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "_")
    .replace(/^[^a-z]+/, "")
    .slice(0, 58);
  const base = cleaned === "" ? "step" : cleaned;
  const taken = new Set(document.steps.map((step) => step.id));
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? base : `${base}_${n}`;
    if (!taken.has(id)) return id;
  }
}

/** The first free `e<n>`. */
export function freeEdgeId(document: PipelineDocument): string {
  const taken = new Set(document.edges.map((edge) => edge.id));
  for (let n = 1; ; n += 1) if (!taken.has(`e${n}`)) return `e${n}`;
}

/** Answers the document with a new step of the type, and the step's id. */
export function addStep(
  document: PipelineDocument,
  stepType: Pick<StepType, "id">,
  position: Position,
): { document: PipelineDocument; stepId: string } {
  const stepId = freeStepId(document, stepType.id);
  const step: Step = {
    id: stepId,
    type: stepType.id,
    label: null,
    position: rounded(position),
    params: {},
    policy: DEFAULT_POLICY,
    enabled: true,
    notes: "",
  };
  return { document: { ...document, steps: [...document.steps, step] }, stepId };
}

export function moveSteps(document: PipelineDocument, positions: ReadonlyMap<string, Position>): PipelineDocument {
  return mapSteps(document, (step) => {
    const target = positions.get(step.id);
    if (target === undefined) return step;
    const position = rounded(target);
    return step.position?.x === position.x && step.position.y === position.y ? step : { ...step, position };
  });
}

/** Steps (with the edges at them) and edges, gone in one gesture. */
export function remove(
  document: PipelineDocument,
  stepIds: readonly string[],
  edgeIds: readonly string[],
): PipelineDocument {
  const steps = document.steps.filter((step) => !stepIds.includes(step.id));
  const edges = document.edges.filter(
    (edge) => !edgeIds.includes(edge.id) && !stepIds.includes(edge.source) && !stepIds.includes(edge.target),
  );
  if (steps.length === document.steps.length && edges.length === document.edges.length) return document;
  const groups = document.groups.map((group) => ({
    ...group,
    step_ids: group.step_ids.filter((id) => !stepIds.includes(id)),
  }));
  return { ...document, steps, edges, groups };
}

/** A wire that goes back to a step that comes before becomes a loop edge. */
export function connect(document: PipelineDocument, connection: Connection): PipelineDocument {
  const kind = goesBack(document, connection.source, connection.target) ? "loop" : "data";
  const edge: Edge = { id: freeEdgeId(document), ...connection, label: "", ...kindFields(kind) };
  return { ...document, edges: [...document.edges, edge] };
}

/** Moves one end of an edge (or both) to other ports. It becomes a loop if it goes back now, and is one no longer if it
 * does not; everything else about it stays. */
export function reconnect(document: PipelineDocument, edgeId: string, connection: Connection): PipelineDocument {
  const kind = goesBack(document, connection.source, connection.target, edgeId) ? "loop" : "data";
  const edges = document.edges.map((edge) =>
    edge.id === edgeId ? { ...edge, ...connection, ...kindFields(kind, edge) } : edge,
  );
  return { ...document, edges };
}

/** `undefined` takes the parameter out, so that the type's default holds again. */
export function setParam(
  document: PipelineDocument,
  stepId: string,
  name: string,
  value: JsonValue | undefined,
): PipelineDocument {
  return mapStep(document, stepId, (step) => {
    if (value !== undefined) return { ...step, params: { ...step.params, [name]: value } };
    if (!Object.hasOwn(step.params, name)) return step;
    return { ...step, params: Object.fromEntries(Object.entries(step.params).filter(([key]) => key !== name)) };
  });
}

export function setParams(document: PipelineDocument, stepId: string, params: Step["params"]): PipelineDocument {
  return mapStep(document, stepId, (step) => ({ ...step, params }));
}

/** An empty label means the type's title. */
export function setLabel(document: PipelineDocument, stepId: string, label: string | null): PipelineDocument {
  const text = label === null || label.trim() === "" ? null : label;
  return mapStep(document, stepId, (step) => (step.label === text ? step : { ...step, label: text }));
}

export function setEnabled(document: PipelineDocument, stepIds: readonly string[], enabled: boolean): PipelineDocument {
  return mapSteps(document, (step) =>
    stepIds.includes(step.id) && step.enabled !== enabled ? { ...step, enabled } : step,
  );
}

/** Everything about an edge but its id. */
export function setEdge(document: PipelineDocument, edgeId: string, next: Edge): PipelineDocument {
  const edges = document.edges.map((edge) => (edge.id === edgeId ? { ...next, id: edgeId } : edge));
  return { ...document, edges };
}

export function setPolicy(document: PipelineDocument, stepId: string, policy: Policy): PipelineDocument {
  return mapStep(document, stepId, (step) => ({ ...step, policy }));
}

export function rename(document: PipelineDocument, name: string): PipelineDocument {
  const text = name.trim();
  return text === "" || text === document.name ? document : { ...document, name: text };
}

export function setDirection(document: PipelineDocument, direction: Direction): PipelineDocument {
  return direction === document.direction ? document : { ...document, direction };
}

const COPY_OFFSET = { x: 40, y: 40 };

/** Copies steps with the edges among them. Answers the document and the ids of the copies. */
export function duplicate(
  document: PipelineDocument,
  stepIds: readonly string[],
): { document: PipelineDocument; stepIds: string[] } {
  const steps = document.steps.filter((step) => stepIds.includes(step.id));
  const edges = document.edges.filter((edge) => stepIds.includes(edge.source) && stepIds.includes(edge.target));
  return paste(document, { steps, edges }, COPY_OFFSET);
}

export interface Fragment {
  steps: Step[];
  edges: Edge[];
}

/** Adds a fragment under free ids. Answers the document and the ids of the new steps. */
export function paste(
  document: PipelineDocument,
  fragment: Fragment,
  offset: Position,
): { document: PipelineDocument; stepIds: string[] } {
  let next = document;
  const newIds = new Map<string, string>();
  for (const step of fragment.steps) {
    const id = freeStepId(next, step.type);
    newIds.set(step.id, id);
    const position = step.position && rounded({ x: step.position.x + offset.x, y: step.position.y + offset.y });
    next = { ...next, steps: [...next.steps, { ...step, id, position }] };
  }
  for (const edge of fragment.edges) {
    const source = newIds.get(edge.source);
    const target = newIds.get(edge.target);
    if (source === undefined || target === undefined) continue;
    next = { ...next, edges: [...next.edges, { ...edge, id: freeEdgeId(next), source, target }] };
  }
  return { document: next, stepIds: [...newIds.values()] };
}

/** The text an edge carries on the canvas: its own label, else the name of the branch it leaves by. */
export function edgeText(document: PipelineDocument, edge: Edge, catalog: Catalog): string {
  if (edge.label !== "") return edge.label;
  return isBranching(document, catalog, edge) ? edge.source_port : "";
}

function mapStep(document: PipelineDocument, stepId: string, change: (step: Step) => Step): PipelineDocument {
  return mapSteps(document, (step) => (step.id === stepId ? change(step) : step));
}

function mapSteps(document: PipelineDocument, change: (step: Step) => Step): PipelineDocument {
  const steps = document.steps.map(change);
  const isSame = steps.every((step, index) => step === document.steps[index]);
  return isSame ? document : { ...document, steps };
}

function rounded({ x, y }: Position): Position {
  return { x: Math.round(x), y: Math.round(y) };
}
