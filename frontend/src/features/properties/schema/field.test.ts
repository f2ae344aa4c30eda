import { describe, expect, it } from "vitest";
import { fieldKind, isNarrow, tupleItems } from "./field";

describe("fieldKind", () => {
  it.each([
    ["text", { type: "string" }],
    ["text", { type: ["string", "null"] }],
    ["code", { type: "string", "x-widget": "code" }],
    ["dataset", { type: "string", "x-widget": "dataset" }],
    ["column", { type: ["string", "null"], "x-widget": "column" }],
    ["columns", { type: "array", items: { type: "string" }, "x-widget": "columns" }],
    ["number", { type: "integer" }],
    ["number", { type: ["number", "null"] }],
    ["switch", { type: "boolean" }],
    ["choice", { type: "string", enum: ["a", "b"] }],
    ["choice", { const: "a" }],
    ["tuple", { type: "array", items: { type: "number" }, minItems: 3, maxItems: 3 }],
    ["tuple", { type: "array", prefixItems: [{ type: "number" }, { type: "string" }] }],
    ["list", { type: "array", items: { type: "string" } }],
    ["choices", { type: "array", uniqueItems: true, items: { enum: ["a", "b"] } }],
    ["rows", { type: "array", items: { type: "object", properties: { metric: { type: "string" } } } }],
    ["dictionary", { type: "object", additionalProperties: true }],
    ["dictionary", { type: "object" }],
    ["group", { type: "object", properties: { a: { type: "string" } } }],
    ["json", { anyOf: [{ type: "string" }, { type: "array" }] }],
    ["json", {}],
    ["json", { type: "array", items: { type: "array", items: { type: "number" } } }],
  ])("is %s for %j", (kind, schema) => {
    expect(fieldKind(schema)).toBe(kind);
  });

  it("takes no list of open length for a tuple", () => {
    expect(tupleItems({ type: "array", items: { type: "number" }, minItems: 3 })).toBeNull();
  });

  it("lets numbers share a row and code not", () => {
    expect(isNarrow({ type: "number" })).toBe(true);
    expect(isNarrow({ type: "string", "x-widget": "code" })).toBe(false);
  });
});
