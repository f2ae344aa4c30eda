import { describe, expect, it } from "vitest";
import type { Schema } from "./json";
import { normalise } from "./normalise";

describe("normalise", () => {
  it("collapses a union with null into a nullable type", () => {
    const schema: Schema = {
      type: "object",
      properties: { seed: { anyOf: [{ type: "integer", minimum: 0 }, { type: "null" }], default: null } },
    };
    expect(normalise(schema)).toEqual({
      type: "object",
      properties: { seed: { type: ["integer", "null"], minimum: 0, default: null } },
    });
  });

  it("inlines references and drops the definitions", () => {
    const schema: Schema = {
      type: "object",
      $defs: { Criterion: { type: "object", properties: { metric: { type: "string" } } } },
      properties: { criteria: { type: "array", items: { $ref: "#/$defs/Criterion" }, title: "Criteria" } },
    };
    expect(normalise(schema)).toEqual({
      type: "object",
      properties: {
        criteria: {
          type: "array",
          title: "Criteria",
          items: { type: "object", properties: { metric: { type: "string" } } },
        },
      },
    });
  });

  it("keeps what stands beside a reference", () => {
    const schema: Schema = {
      $defs: { A: { type: "string", title: "A" } },
      properties: { a: { $ref: "#/$defs/A", title: "Mine", default: "x" } },
    };
    expect(normalise(schema)).toEqual({ properties: { a: { type: "string", title: "Mine", default: "x" } } });
  });

  it("makes a nullable enum of a union of constants and null", () => {
    const schema: Schema = { anyOf: [{ const: "a" }, { enum: ["b", "c"] }, { type: "null" }] };
    expect(normalise(schema)).toEqual({ enum: ["a", "b", "c", null] });
  });

  it("keeps a real union", () => {
    const schema: Schema = { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] };
    expect(normalise(schema)).toEqual(schema);
  });

  it("ends on a schema that refers to itself", () => {
    const schema: Schema = {
      $defs: { T: { type: "object", properties: { t: { $ref: "#/$defs/T" } } } },
      $ref: "#/$defs/T",
    };
    expect(() => normalise(schema)).not.toThrow();
  });
});
