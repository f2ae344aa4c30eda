import { describe, expect, it } from "vitest";
import { doneCount, edgeKey, type FlowMessage, foldFlow, inkOn, newFlowRun, runStatus } from "./flow";

const MESSAGES: FlowMessage[] = [
  { event: "nodeStatus", data: { nodeId: "load", status: "running" } },
  { event: "nodeStatus", data: { nodeId: "load", status: "success", message: "500 rows" } },
  { event: "edgeStatus", data: { sourceId: "load", targetId: "save", status: "running", animated: true } },
  { event: "nodeStatus", data: { nodeId: "save", status: "pending" } },
];

describe("a flow's run, message by message", () => {
  const run = foldFlow(newFlowRun("r1"), MESSAGES);

  it("shows the latest status of every node and lists each change", () => {
    expect(run.nodes).toEqual({ load: "success", save: "pending" });
    expect(run.changes.map(({ nodeId, status }) => `${nodeId} ${status}`)).toEqual([
      "load running",
      "load success",
      "save pending",
    ]);
    expect(run.changes[1]?.message).toBe("500 rows");
    expect(doneCount(run)).toBe(1);
  });

  it("animates an edge", () => {
    expect(run.edges[edgeKey("load", "save")]).toEqual({ status: "running", animated: true });
  });

  it("ends with a result or with an error", () => {
    expect(run.end).toBeNull();
    const complete = { event: "complete", data: { completed: true, message: "Done", results: { load: 1 } } } as const;
    expect(foldFlow(run, [complete]).end).toEqual({ kind: "complete", message: "Done", results: { load: 1 } });
    const error = { event: "error", data: { error: true, message: "Boom" } } as const;
    expect(foldFlow(run, [error]).end).toEqual({ kind: "error", message: "Boom", nodeId: null });
  });

  it("comes to the same, however many messages arrive at once", () => {
    expect(MESSAGES.reduce((before, message) => foldFlow(before, [message]), newFlowRun("r1"))).toEqual(run);
  });

  it("tells a cancelled run from a failed one by its nodes", () => {
    const error = { event: "error", data: { error: true, message: "Flow cancelled" } } as const;
    const cancelled = { event: "nodeStatus", data: { nodeId: "save", status: "cancelled" } } as const;
    expect(runStatus(run)).toBe("running");
    expect(runStatus(foldFlow(run, [error]))).toBe("failed");
    expect(runStatus(foldFlow(run, [cancelled, error]))).toBe("cancelled");
  });
});

it("writes dark on light fills and light on dark ones", () => {
  expect(inkOn("#ffee00")).toBe("#1a1e27");
  expect(inkOn("#1e293b")).toBe("#ffffff");
  expect(inkOn("rebeccapurple")).toBeNull();
});
