/** A small catalog and documents for tests. */

import { catalogOf, type StepType } from "@/domain/catalog";
import { connect } from "@/domain/edit";
import { DEFAULT_POLICY, emptyDocument, type PipelineDocument } from "@/domain/pipeline";
import type { InputPort, OutputPort, PortType } from "@/domain/ports";

const input = (name: string, type: PortType, rest: Partial<InputPort> = {}): InputPort => ({
  name,
  type,
  required: true,
  many: false,
  doc: "",
  ...rest,
});
const output = (name: string, type: PortType, rest: Partial<OutputPort> = {}): OutputPort => ({
  name,
  type,
  branch: false,
  passes: null,
  doc: "",
  ...rest,
});

export function stepType(
  id: string,
  inputs: InputPort[],
  outputs: OutputPort[],
  rest: Partial<StepType> = {},
): StepType {
  return {
    id,
    title: id.charAt(0).toUpperCase() + id.slice(1),
    category: "Data",
    colour: "transform",
    icon: "Storage",
    doc: "",
    inputs,
    outputs,
    params_schema: { type: "object", properties: {} },
    summary: [],
    pure: true,
    reuse: true,
    ports_from: null,
    ...rest,
  };
}

export const STEP_TYPES: StepType[] = [
  stepType("ingest", [], [output("data", "dataset")], {
    params_schema: { type: "object", properties: { bundled: { default: "iris" }, limit: { default: null } } },
    summary: ["bundled", "limit"],
  }),
  stepType("split", [input("data", "dataset")], [output("train", "dataset"), output("test", "dataset")]),
  stepType("train", [input("train", "dataset")], [output("model", "model")]),
  stepType(
    "evaluate",
    [input("model", "model"), input("test", "dataset")],
    [output("pass", "model", { branch: true, passes: "model" }), output("fail", "model", { branch: true })],
  ),
  stepType("tune", [input("data", "dataset")], [output("data", "dataset")]),
  stepType("compare", [input("models", "model", { many: true })], [output("best", "model")]),
];
export const CATALOG = catalogOf(STEP_TYPES);

/** A document with one step per id; the type is the id's part before `_`. */
export function drawn(ids: readonly string[], edges: readonly string[] = []): PipelineDocument {
  const steps = ids.map((id, index) => ({
    id,
    type: id.split("_")[0] ?? id,
    label: null,
    position: { x: 0, y: index * 100 },
    params: {},
    policy: DEFAULT_POLICY,
    enabled: true,
    notes: "",
  }));
  const document: PipelineDocument = { ...emptyDocument("Sample"), steps };
  return edges.reduce((drawing, text) => connect(drawing, wire(text)), document);
}

/** `ingest.data > split.data` */
export function wire(text: string) {
  const [from = "", to = ""] = text.split(" > ");
  const [source = "", source_port = ""] = from.split(".");
  const [target = "", target_port = ""] = to.split(".");
  return { source, source_port, target, target_port };
}
