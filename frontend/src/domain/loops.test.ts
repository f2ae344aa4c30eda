import { describe, expect, it } from "vitest";
import { drawn, wire } from "@/test/sample";
import { connect, reconnect, setEdge } from "./edit";
import { goesBack, loopBody } from "./loops";

const forward = ["ingest.data > split.data", "split.train > tune.data", "tune.data > tune_2.data"];
const steps = ["ingest", "split", "tune", "tune_2"];
const back = wire("tune_2.data > split.data");
const looped = connect(drawn(steps, forward), back);

describe("a loop edge", () => {
  it("is what a wire becomes that goes back to a step that comes before", () => {
    expect(looped.edges.at(-1)).toMatchObject({ ...back, kind: "loop", max_iterations: 3, on_limit: "fail" });
    expect(connect(drawn(steps), back).edges[0]).toMatchObject({ kind: "data", max_iterations: null, on_limit: null });
  });

  it("does not count as a way forward", () => {
    expect(goesBack(looped, "ingest", "tune_2")).toBe(false);
    expect(goesBack(looped, "split", "split")).toBe(false);
  });

  it("repeats the steps between its ends, both included", () => {
    expect(loopBody(looped, back)).toEqual(["split", "tune", "tune_2"]);
  });

  it("is a data edge again when it is moved to where it does not go back", () => {
    const [, , , moved] = reconnect(looped, "e4", wire("ingest.data > tune_2.after")).edges;
    expect(moved).toMatchObject({ id: "e4", kind: "data", max_iterations: null });
  });

  it("keeps its limit when it is moved to another step that comes before", () => {
    const [, , , loop] = looped.edges;
    const seven = loop ? setEdge(looped, "e4", { ...loop, max_iterations: 7 }) : looped;
    const [, , , moved] = reconnect(seven, "e4", wire("tune_2.data > tune.data")).edges;
    expect(moved).toMatchObject({ kind: "loop", target: "tune", max_iterations: 7 });
  });
});
