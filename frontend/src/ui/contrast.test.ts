import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const css = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");

function tokens(scheme: "light" | "dark"): Map<string, string> {
  const start = css.indexOf(`[data-scheme="${scheme}"] {`);
  const block = css.slice(start, css.indexOf("}", start));
  return new Map(
    [...block.matchAll(/--(o-[\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe.each(["light", "dark"] as const)("in the %s scheme", (scheme) => {
  const all = tokens(scheme);
  const backgrounds = ["o-paper", "o-raised", "o-sunken", "o-canvas"];
  const texts = [...all.keys()].filter((name) => /^o-(text|accent$|status-|code-|role-[a-z]+$)/.test(name));

  it("there are colours to measure", () => expect(texts.length).toBeGreaterThan(18));

  it.each(texts)("%s can be read on every surface", (name) => {
    for (const background of backgrounds) {
      expect(contrast(all.get(name) ?? "", all.get(background) ?? "")).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each([...all.keys()].filter((name) => name.startsWith("o-port-")))("%s can be told from the card", (name) => {
    expect(contrast(all.get(name) ?? "", all.get("o-raised") ?? "")).toBeGreaterThanOrEqual(3);
  });
});
