import { describe, expect, it } from "vitest";
import { askedText } from "./asked";

const nothing = {
  scope: { mode: "all", step_id: null, of_run: null },
  profile: null,
  parameters: {},
  force: false,
  backend: null,
} as const;

describe("what a run was asked for", () => {
  it("is not worth a word when it is everything", () => {
    expect(askedText(nothing, String)).toBe("");
  });

  it("is said in one line", () => {
    const asked = {
      scope: { mode: "only", step_id: "train", of_run: null } as const,
      profile: "prod",
      parameters: { threshold: 0.9 },
      force: true,
      backend: "cold" as const,
    };
    expect(askedText(asked, () => "Train")).toBe(
      "only Train · profile prod · threshold 0.9 · earlier results ignored · backend cold",
    );
  });

  it("names a run that goes on with a failed one", () => {
    expect(askedText({ ...nothing, scope: { mode: "failed", step_id: null, of_run: "r1" } }, String)).toBe("resumed");
  });
});
