import { describe, expect, it } from "vitest";
import { CATALOG, drawn } from "@/test/sample";
import { setParam } from "./edit";
import {
  hasFaults,
  parameterRows,
  profileRows,
  type ProfileRow,
  readValue,
  rowFaults,
  startValues,
  withParameters,
  writeValue,
} from "./parameters";
import type { PipelineDocument } from "./pipeline";

const document: PipelineDocument = {
  ...setParam(drawn(["ingest"]), "ingest", "bundled", "${params.name} and $${params.name} at ${params.rate}"),
  parameters: {
    name: { type: "string", default: "iris", description: "Which data." },
    rate: { type: "float", default: 0.5, description: "" },
    needed: { type: "int", default: null, description: "Without a default." },
    said: { type: "string", default: null, description: "" },
    blank: { type: "string", default: "", description: "" },
    tags: { type: "list", default: ["a"], description: "" },
  },
  profiles: { prod: { rate: 0.9 } },
};

const rows = parameterRows(document);
const profiles = profileRows(document, rows);

describe("values of parameters", () => {
  it.each([
    ["string", "1", "1"],
    ["int", " 12 ", 12],
    ["float", "1e-3", 0.001],
    ["float", "2", 2],
    ["bool", "true", true],
    ["list", "[1, 2]", [1, 2]],
    ["object", '{"a": null}', { a: null }],
  ] as const)("%s is read from %s", (type, text, value) => {
    expect(readValue(type, text)).toEqual({ value });
    expect(readValue(type, writeValue(value as never))).toEqual({ value });
  });

  it.each([
    ["int", "1.5"],
    ["int", ""],
    ["float", "much"],
    ["bool", "yes"],
    ["list", "{}"],
    ["object", "[]"],
  ] as const)("%s is not %s", (type, text) => {
    expect(readValue(type, text)).toHaveProperty("fault");
  });
});

describe("parameters as rows of a table", () => {
  it("make the same document again when nothing is changed", () => {
    expect(withParameters(document, rows, profiles, CATALOG)).toEqual(document);
  });

  it("take their references along when they get another name, but not what only looks like one", () => {
    const renamed = rows.map((row) => (row.name === "name" ? { ...row, name: "source" } : row));
    const next = withParameters(document, renamed, profiles, CATALOG);
    expect(Object.keys(next.parameters)).toEqual(["source", "rate", "needed", "said", "blank", "tags"]);
    expect(next.steps[0]?.params.bundled).toBe("${params.source} and $${params.name} at ${params.rate}");
  });

  it("keep only what a profile overrides, under the parameter's new name", () => {
    const renamed = rows.map((row) => (row.name === "rate" ? { ...row, name: "pace" } : row));
    expect(withParameters(document, renamed, profiles, CATALOG).profiles).toEqual({ prod: { pace: 0.9 } });
  });

  it("say what is wrong with a name and a value", () => {
    const twice = [
      ...rows,
      { key: 9, was: null, name: "rate", type: "int", text: "x", hadDefault: true, description: "" } as const,
    ];
    expect(rowFaults(twice.at(-1) as never, twice)).toEqual({
      name: "This name is taken.",
      text: "Must be a whole number.",
    });
    expect(hasFaults(twice, [])).toBe(true);
    expect(hasFaults(rows, profiles)).toBe(false);
    const unnamed: ProfileRow = { key: 3, name: " ", texts: {} };
    expect(hasFaults(rows, [unnamed])).toBe(true);
    expect(hasFaults(rows, [{ key: 3, name: "dev", texts: { 1: "fast" } }])).toBe(true);
  });

  it("begin a run with the profile's values over the defaults", () => {
    expect(startValues(document, null)).toEqual({
      name: "iris",
      rate: 0.5,
      needed: null,
      said: null,
      blank: "",
      tags: ["a"],
    });
    expect(startValues(document, "prod")).toEqual({
      name: "iris",
      rate: 0.9,
      needed: null,
      said: null,
      blank: "",
      tags: ["a"],
    });
  });
});
