import { describe, expect, it } from "vitest";
import type { Schema } from "./json";
import { effectiveValues, isModified, resetParameter, showValue, takeOver } from "./values";

const SCHEMA: Schema = {
  type: "object",
  properties: {
    method: { type: "string", default: "hash" },
    seed: { type: "integer", default: 42 },
    target: { type: "string" },
  },
};

describe("values", () => {
  it("shows defaults for what the document does not say", () => {
    expect(effectiveValues(SCHEMA, { seed: 7 })).toEqual({ method: "hash", seed: 7 });
  });

  it("stores only what was changed", () => {
    expect(takeOver(SCHEMA, {}, { method: "random", seed: 42 })).toEqual({ method: "random" });
  });

  it("keeps a value that was set to its default by hand", () => {
    expect(takeOver(SCHEMA, { seed: 7 }, { method: "hash", seed: 42 })).toEqual({ seed: 42 });
  });

  it("forgets a parameter that was emptied", () => {
    expect(takeOver(SCHEMA, { seed: 7, target: "y" }, { method: "hash", seed: 7, target: undefined })).toEqual({
      seed: 7,
    });
  });

  it("keeps parameters the schema does not know", () => {
    expect(takeOver(SCHEMA, { stray: 1 }, { method: "hash", seed: 42, stray: 1 })).toEqual({ stray: 1 });
  });

  it("resets one parameter to its default", () => {
    expect(resetParameter({ seed: 7, target: "y" }, "seed")).toEqual({ target: "y" });
  });

  it("calls a parameter modified only if it differs from its default", () => {
    expect(isModified(SCHEMA, { seed: 7 }, "seed")).toBe(true);
    expect(isModified(SCHEMA, { seed: 42 }, "seed")).toBe(false);
    expect(isModified(SCHEMA, {}, "seed")).toBe(false);
  });

  it.each([
    [null, "none"],
    [true, "on"],
    ["", "empty"],
    [[0.75, 0.25], "0.75, 0.25"],
    [{}, "empty"],
    [{ a: 1 }, '{"a":1}'],
  ])("shows %j as %s", (value, text) => {
    expect(showValue(value)).toBe(text);
  });
});
