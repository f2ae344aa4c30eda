import { describe, expect, it } from "vitest";
import { addressText, readAddress } from "./address";

describe("the address", () => {
  it.each([
    ["/", { pipelineId: null, runId: null }],
    ["/?run=r1", { pipelineId: null, runId: "r1" }],
    ["/pipelines/p1", { pipelineId: "p1", runId: null }],
    ["/pipelines/a%2Fb?run=r1", { pipelineId: "a/b", runId: "r1" }],
  ])("%s is read and written the same", (text, address) => {
    const { pathname, search } = new URL(text, "http://localhost");
    expect(readAddress({ pathname, search })).toEqual(address);
    expect(addressText(address)).toBe(text);
  });
});
