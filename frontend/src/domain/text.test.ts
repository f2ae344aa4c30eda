import { describe, expect, it } from "vitest";
import { CATALOG, drawn } from "@/test/sample";
import { setParam } from "./edit";
import { findStep } from "./pipeline";
import {
  durationText,
  metricText,
  secondsBetween,
  sizeText,
  startedText,
  stepName,
  summaryText,
  valueText,
} from "./text";

describe("texts", () => {
  it.each([
    [0.01, "0 s"],
    [0.42, "0.4 s"],
    [12.4, "12 s"],
    [59.7, "1 min 00 s"],
    [185, "3 min 05 s"],
    [7440, "2 h 04 min"],
  ])("say %s seconds as %s", (seconds, text) => expect(durationText(seconds)).toBe(text));

  it.each([
    [0.92105, "0.9211"],
    [53.31234, "53.3123"],
    [1234.5678, "1234.57"],
    [3, "3"],
    [0.0000123, "1.230e-5"],
    ["NaN" as const, "NaN"],
  ])("say the metric %s as %s", (value, text) => expect(metricText(value)).toBe(text));

  it.each([
    [999, "999 B"],
    [1500, "1.5 kB"],
    [2_000_000, "2.0 MB"],
  ])("say %s bytes as %s", (bytes, text) => expect(sizeText(bytes)).toBe(text));

  it("sum a step up by its telling parameters, defaults included", () => {
    const type = CATALOG.get("ingest");
    const document = drawn(["ingest"]);
    const summary = (of = document) => summaryText(findStep(of, "ingest") as never, type);
    expect(summary()).toBe("iris");
    expect(summary(setParam(setParam(document, "ingest", "bundled", "wine"), "ingest", "limit", 10))).toBe("wine · 10");
  });

  it("write lists and switches shortly", () => {
    expect(valueText([0.8, 0, 0.2])).toBe("0.8 / 0 / 0.2");
    expect(valueText(true)).toBe("yes");
    expect(valueText(null)).toBe("");
  });

  it("name a step by its label, then its type's title, then its type", () => {
    const type = CATALOG.get("split");
    expect(stepName({ label: "Mine", type: "split" }, type)).toBe("Mine");
    expect(stepName({ label: null, type: "split" }, type)).toBe("Split");
    expect(stepName({ label: null, type: "gone" }, undefined)).toBe("gone");
  });

  it("say which way a step was started, and why not the warm one", () => {
    expect(startedText({ backend: null, backend_reason: null })).toBe("");
    expect(startedText({ backend: "warm", backend_reason: null })).toBe("Started warm");
    expect(startedText({ backend: "cold", backend_reason: "there is little memory left" })).toBe(
      "Started cold: there is little memory left",
    );
  });

  it("never count backwards when clocks differ", () => {
    expect(secondsBetween("2026-01-01T00:00:10.000Z", "2026-01-01T00:00:09.000Z", 0)).toBe(0);
  });
});
