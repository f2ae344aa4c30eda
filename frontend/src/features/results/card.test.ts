import { describe, expect, it } from "vitest";
import type { ArtifactRef } from "@/domain/event";
import { isFile, shownAs, stepRunUrl } from "./artifacts";
import { cardOf, parseCard } from "./card";
import { numberText } from "./numbers";
import { plainLine } from "./plain";
import { profileOf } from "./profile";

const artifact = (path: string, more: Partial<ArtifactRef> = {}): ArtifactRef => ({
  port: null,
  path,
  digest: null,
  size_bytes: 1,
  format: null,
  rows: null,
  uri: null,
  ...more,
});

describe("parseCard", () => {
  it("takes the four kinds of blocks", () => {
    const blocks = [
      { kind: "markdown", text: "# Hi" },
      { kind: "table", title: "T", columns: ["a", 2], rows: [[1, { b: 2 }], "no row"] },
      { kind: "vega-lite", title: "C", spec: { mark: "bar" } },
      { kind: "image", title: "I", media_type: "image/png", data: "aGk=" },
    ];
    expect(parseCard({ title: "Card", blocks })).toEqual({
      title: "Card",
      blocks: [
        { kind: "markdown", text: "# Hi" },
        { kind: "table", title: "T", columns: ["a", "2"], rows: [[1, '{"b":2}']] },
        { kind: "vega-lite", title: "C", spec: { mark: "bar" } },
        { kind: "image", title: "I", source: "data:image/png;base64,aGk=" },
      ],
    });
  });

  it("leaves out what it does not know and images that are not pictures", () => {
    const blocks = [
      { kind: "html", text: "<b>" },
      { kind: "image", media_type: "image/svg+xml", data: "aGk=" },
      { kind: "image", media_type: "image/png", data: '"><script>' },
      null,
    ];
    expect(parseCard({ blocks })).toEqual({ title: "", blocks: [] });
  });

  it("answers null for something else", () => {
    expect(parseCard([1])).toBeNull();
    expect(parseCard("card")).toBeNull();
  });
});

describe("artifacts", () => {
  it("finds the card", () => {
    expect(cardOf([artifact("out/data.parquet"), artifact("out/_card.json")])?.path).toBe("out/_card.json");
    expect(cardOf([artifact("out/my_card.json")])).toBeNull();
  });

  it("shows pictures and text in place, never HTML or SVG", () => {
    expect(shownAs(artifact("a.PNG"))).toBe("image");
    expect(shownAs(artifact("a.json"))).toBe("text");
    expect(shownAs(artifact("a.html"))).toBeNull();
    expect(shownAs(artifact("a.svg"))).toBeNull();
  });

  it("offers no download of folders and of what was handed on", () => {
    expect(isFile(artifact("out/model", { format: "mlflow-model" }))).toBe(false);
    expect(isFile(artifact("out/pass", { uri: "runs:/1/out/model" }))).toBe(false);
  });

  it("makes the page of a step's run of its parent's", () => {
    expect(stepRunUrl("/mlflow/#/experiments/1/runs/abc", "def")).toBe("/mlflow/#/experiments/1/runs/def");
    expect(stepRunUrl(null, "def")).toBeNull();
  });
});

describe("numbers and lines", () => {
  it.each([
    [3, "3"],
    [0.1 + 0.2, "0.3"],
    [0.0000012, "1.200e-6"],
    [1234567.891, "1234570"],
  ])("writes %s as %s", (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  it("quotes log lines without escape sequences and hidden characters", () => {
    expect(plainLine("\u001b[31mred\u001b[0m \u202eab")).toBe("red \\u202eab");
  });

  it("reads a column's profile", () => {
    const profile = profileOf({
      name: "age",
      missing: 2,
      distinct: 3,
      min: 1,
      mean: 2,
      max: 3,
      histogram: [
        { from: 1, to: 2, count: 4 },
        { from: 2, to: 3, count: 2 },
      ],
    });
    expect(profile).toEqual({
      name: "age",
      missing: 2,
      facts: ["min 1", "mean 2", "max 3", "3 distinct", "2 missing"],
      bars: [
        { label: "1 to 2: 4", share: 1 },
        { label: "2 to 3: 2", share: 0.5 },
      ],
    });
  });
});
