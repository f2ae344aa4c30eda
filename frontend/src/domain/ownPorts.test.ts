import { describe, expect, it } from "vitest";
import { CATALOG, drawn, stepType, wire } from "@/test/sample";
import { catalogOf, type OwnPorts } from "./catalog";
import { candidates, connectionFault } from "./connect";
import { afterAnswer, literalParameters, portsOfEdges, stepTypeOf, withOwnPorts } from "./ownPorts";

const OWN = stepType("own", [], [], {
  ports_from: { code: "code", file: "file", arguments: "arguments" },
  params_schema: {
    type: "object",
    properties: {
      code: { type: "string", "x-octopus-literal": true },
      arguments: { type: "object", title: "Arguments" },
    },
  },
});
const STEP_TYPES = catalogOf([...CATALOG.values(), OWN]);

function ports(inputs: readonly string[], outputs: readonly string[], rest: Partial<OwnPorts> = {}): OwnPorts {
  return {
    inputs: inputs.map((name) => ({ name, type: "dataset", required: true, many: false, doc: "" })),
    outputs: outputs.map((name) => ({ name, type: "dataset", branch: false, passes: null, doc: "" })),
    arguments: { type: "object", properties: { limit: { type: "integer" } } },
    is_known: true,
    ...rest,
  };
}

describe("ports of a step's own", () => {
  const document = drawn(["ingest", "own", "own_2", "split"]);
  const catalog = withOwnPorts(STEP_TYPES, { own: ports(["table"], ["small"]), ingest: ports(["no"], ["no"]) });

  it("are those of the step alone, where its type takes them from its code", () => {
    const names = (id: string, type: string) => stepTypeOf(catalog, { id, type })?.inputs.map(({ name }) => name);
    expect(names("own", "own")).toEqual(["table"]);
    expect(names("own_2", "own")).toEqual([]);
    expect(names("ingest", "ingest")).toEqual([]);
    expect(stepTypeOf(catalog, { id: "x", type: "gone" })).toBeUndefined();
  });

  it("come with the arguments that the form shows", () => {
    const schema = stepTypeOf(catalog, { id: "own", type: "own" })?.params_schema.properties;
    expect(schema).toMatchObject({
      arguments: { properties: { limit: { type: "integer" } } },
      code: { type: "string" },
    });
  });

  it("are the same object as long as nothing changed", () => {
    const own = { id: "own", type: "own" };
    expect(stepTypeOf(catalog, own)).toBe(stepTypeOf(withOwnPorts(STEP_TYPES, catalog.own ?? {}), own));
  });

  it("decide what can be connected", () => {
    const fault = (text: string) => connectionFault(document, catalog, wire(text))?.code ?? null;
    expect(fault("ingest.data > own.table")).toBeNull();
    expect(fault("own.small > split.data")).toBeNull();
    expect(fault("ingest.data > own_2.table")).toBe("unknown_port");
    expect(fault("ingest.data > own.other")).toBe("unknown_port");
    expect(
      candidates(document, catalog, "ingest", "data")
        .filter(({ stepId }) => stepId === "own")
        .map(({ port }) => port),
    ).toEqual(["table", "after"]);
  });
});

describe("after an answer", () => {
  const before = { a: ports(["x"], []), b: ports(["y"], []) };

  it("a step whose code cannot be read keeps the ports it had", () => {
    expect(afterAnswer(before, { a: ports([], [], { is_known: false }), b: ports(["y"], []) })).toBe(before);
  });

  it("only what changed is another object", () => {
    const after = afterAnswer(before, { a: ports(["z"], []), b: ports(["y"], []) });
    expect(after.a?.inputs[0]?.name).toBe("z");
    expect(after.b).toBe(before.b);
  });

  it("what was only guessed gives way", () => {
    const guessed = portsOfEdges([wire("ingest.data > own.table"), wire("own.small > split.after")]);
    expect(guessed.own).toMatchObject({ inputs: [{ name: "table" }], outputs: [{ name: "small" }], is_known: false });
    expect(guessed.split?.inputs).toEqual([]);
    expect(afterAnswer(guessed, { own: ports(["other"], []) }).own?.inputs[0]?.name).toBe("other");
  });
});

it("knows the parameters that hold the user's own text", () => {
  expect(literalParameters(OWN)).toEqual(new Set(["code"]));
  expect(literalParameters(undefined)).toEqual(new Set());
});
