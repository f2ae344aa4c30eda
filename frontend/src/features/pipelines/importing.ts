/** A pipeline file -> a document the editor can hold: every default filled in, nothing guessed. */
import { isPlainObject } from "./shape";
import { DEFAULT_POLICY, emptyDocument, type Edge, type PipelineDocument, type Step } from "@/domain/pipeline";

/** What the file says, if it is a pipeline at all. Throws an Error with a sentence for a person. */
export function readPipelineFile(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("This file is not JSON.");
  }
  if (!isPlainObject(value) || typeof value.name !== "string" || value.schema_version === undefined) {
    throw new Error("This JSON file is not a pipeline: it has no name or no schema_version.");
  }
  return value;
}

/** The document with every default; only after the server has accepted its shape. */
export function withDefaults(value: Record<string, unknown>): PipelineDocument {
  const given = value as Partial<PipelineDocument>;
  const empty = emptyDocument();
  return {
    ...empty,
    ...given,
    settings: { ...empty.settings, ...given.settings },
    steps: (given.steps ?? []).map(wholeStep),
    edges: wholeEdges(given.edges ?? []),
    notes: given.notes ?? [],
    groups: given.groups ?? [],
  };
}

function wholeStep(step: Partial<Step> & Pick<Step, "id" | "type">): Step {
  const policy = { ...DEFAULT_POLICY, ...step.policy };
  return {
    label: null,
    position: null,
    params: {},
    enabled: true,
    notes: "",
    ...step,
    policy: { ...policy, resources: { ...DEFAULT_POLICY.resources, ...policy.resources } },
  };
}

/** Edges without an id get the first free `e<n>`, as on the server. */
function wholeEdges(edges: readonly Partial<Edge>[]): Edge[] {
  const taken = new Set(edges.flatMap((edge) => (edge.id === undefined ? [] : [edge.id])));
  return edges.map((edge) => {
    const id = edge.id ?? freeId(taken);
    taken.add(id);
    return { kind: "data", label: "", max_iterations: null, on_limit: null, ...edge, id } as Edge;
  });
}

function freeId(taken: ReadonlySet<string>): string {
  for (let n = 1; ; n += 1) if (!taken.has(`e${n}`)) return `e${n}`;
}

/** A name that every file system takes. */
export function pipelineFileName(name: string): string {
  const cleaned = name
    .trim()
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
  return `${cleaned === "" ? "pipeline" : cleaned.slice(0, 80)}.json`;
}
