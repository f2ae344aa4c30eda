import { describe, expect, it } from "vitest";
import type { Schema } from "./json";
import { normalise } from "./normalise";
import { mergeFaults, stepProblems } from "./problems";
import { SchemaChecker } from "./validate";

function faults(schema: Parameters<typeof normalise>[0], values: Parameters<SchemaChecker["faults"]>[0]) {
  return new SchemaChecker(normalise(schema)).faults(values);
}

describe("SchemaChecker", () => {
  it("puts a missing value at the field itself", () => {
    expect(faults({ type: "object", required: ["target"], properties: { target: { type: "string" } } }, {})).toEqual({
      "/target": "Needs a value.",
    });
  });

  it.each([
    [{ type: "integer" }, "abc", "Must be a whole number."],
    [{ type: "integer" }, 1.5, "Must be a whole number."],
    [{ type: "number" }, true, "Must be a number."],
    [{ type: "number", exclusiveMinimum: 0 }, 0, "Must be more than 0."],
    [{ type: "number", maximum: 1 }, 2, "Must be at most 1."],
    [{ type: "string", enum: ["a", "b"] }, "c", "Must be one of a, b."],
    [{ type: "string", minLength: 1 }, "", "Must not be empty."],
    [{ type: "string", pattern: "^[a-z]+$" }, "A", "Must match ^[a-z]+$."],
    [{ type: "array", items: {}, minItems: 1 }, [], "Needs at least 1 entry."],
    [{ anyOf: [{ type: "string" }, { type: "array" }] }, 3, "Must be text or a list."],
    [{ anyOf: [{ type: "number" }, { type: "null" }] }, "x", "Must be a number or empty."],
  ])("explains %j given %j", (property, value, message) => {
    expect(faults({ type: "object", properties: { x: property } }, { x: value })).toEqual({ "/x": message });
  });

  it("accepts null where the type is nullable", () => {
    expect(
      faults({ type: "object", properties: { x: { anyOf: [{ type: "number" }, { type: "null" }] } } }, { x: null }),
    ).toEqual({});
  });

  it("points into lists and objects", () => {
    const schema: Schema = {
      type: "object",
      properties: {
        ratios: { type: "array", items: { type: "number", minimum: 0 }, minItems: 3, maxItems: 3 },
        criteria: {
          type: "array",
          items: { type: "object", required: ["metric"], properties: { metric: { type: "string" } } },
        },
      },
    };
    expect(faults(schema, { ratios: [0.5, -1, 0], criteria: [{}] })).toEqual({
      "/ratios/1": "Must be at least 0.",
      "/criteria/0/metric": "Needs a value.",
    });
  });

  it("names a parameter the step does not have", () => {
    expect(faults({ type: "object", properties: {}, additionalProperties: false }, { stray: 1 })).toEqual({
      "/stray": "This step has no such parameter.",
    });
  });

  it("knows a parameter although something inside of it is wrong", () => {
    const criterion: Schema = {
      type: "object",
      properties: { threshold: { type: "number" } },
      additionalProperties: false,
    };
    const schema: Schema = {
      type: "object",
      properties: { criteria: { type: "array", items: criterion } },
      additionalProperties: false,
    };
    expect(faults(schema, { criteria: [{ threshold: "${params.threshold}" }] })).toEqual({
      "/criteria/0/threshold": "Must be a number.",
    });
  });
});

describe("problems of the server", () => {
  const base = { code: "invalid_parameter", severity: "error" as const, port: null, edge_id: null, step_id: "split" };

  it("come to the field their pointer names", () => {
    const problem = { ...base, message: "No such column.", pointer: "/steps/1/params/columns/0" };
    expect(mergeFaults({}, [problem], "split")).toEqual({ "/columns/0": "No such column." });
  });

  it("give way to what the form itself sees there", () => {
    const problem = { ...base, message: "is not a number", pointer: "/steps/1/params/ratios" };
    expect(mergeFaults({ "/ratios/0": "Must be a number." }, [problem], "split")).toEqual({
      "/ratios/0": "Must be a number.",
    });
  });

  it("of other steps stay away", () => {
    expect(
      mergeFaults({}, [{ ...base, step_id: "train", message: "x", pointer: "/steps/2/params/a" }], "split"),
    ).toEqual({});
  });

  it("that belong to no field are the step's own", () => {
    const missing = { ...base, code: "missing_input", port: "data", message: "x", pointer: "/steps/1" };
    expect(stepProblems([missing, { ...base, message: "y", pointer: "/steps/1/params/a" }], "split")).toEqual([
      missing,
    ]);
  });
});
