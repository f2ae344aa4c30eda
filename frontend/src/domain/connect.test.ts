import { describe, expect, it } from "vitest";
import { CATALOG, drawn, wire } from "@/test/sample";
import { candidates, connectionFault } from "./connect";

const steps = ["ingest", "split", "train", "evaluate", "compare"];

describe("connecting two ports", () => {
  it("is allowed where the types fit and the port is free", () => {
    expect(connectionFault(drawn(steps), CATALOG, wire("ingest.data > split.data"))).toBeNull();
  });

  it.each([
    ["self_loop", [], "split.train > split.data"],
    ["duplicate_edge", ["ingest.data > split.data"], "ingest.data > split.data"],
    ["port_taken", ["ingest.data > split.data"], "split_2.train > split.data"],
    ["port_type_mismatch", [], "train.model > split.data"],
    ["unknown_port", [], "ingest.nothing > split.data"],
    ["unknown_step", [], "ingest.data > nobody.data"],
  ])("is refused as %s", (code, edges, wanted) => {
    const document = drawn([...steps, "split_2"], edges);
    expect(connectionFault(document, CATALOG, wire(wanted))?.code).toBe(code);
  });

  it("says both types when they do not fit", () => {
    const fault = connectionFault(drawn(steps), CATALOG, wire("train.model > split.data"));
    expect(fault?.message).toContain("model");
    expect(fault?.message).toContain("dataset");
  });

  it("takes several edges on a many port", () => {
    const document = drawn([...steps, "train_2"], ["train.model > compare.models"]);
    expect(connectionFault(document, CATALOG, wire("train_2.model > compare.models"))).toBeNull();
  });

  it("does not count the edge that is being moved", () => {
    const document = drawn(["ingest", "ingest_2", "split"], ["ingest.data > split.data"]);
    expect(connectionFault(document, CATALOG, wire("ingest_2.data > split.data"), "e1")).toBeNull();
  });

  it("may go back to a step that comes before: that is a loop", () => {
    const document = drawn(steps, ["split.train > train.train", "train.model > evaluate.model"]);
    expect(connectionFault(document, CATALOG, wire("evaluate.pass > split.after"))).toBeNull();
  });

  it("takes a loop edge beside the forward one, but not two", () => {
    const document = drawn(
      ["ingest", "split", "tune", "tune_2"],
      ["ingest.data > split.data", "split.train > tune.data"],
    );
    const back = "tune.data > split.data";
    expect(connectionFault(document, CATALOG, wire(back))).toBeNull();
    const looped = drawn(
      ["ingest", "split", "tune", "tune_2"],
      ["ingest.data > split.data", "split.train > tune.data", "split.test > tune_2.data", back],
    );
    expect(connectionFault(looped, CATALOG, wire("tune_2.data > split.data"))).toMatchObject({ code: "port_taken" });
  });

  it("lists what fits before what does not, each with its reason", () => {
    const found = candidates(drawn(["ingest", "split", "evaluate"]), CATALOG, "ingest", "data");
    expect(found.slice(0, 2).map(({ stepId, port }) => `${stepId}.${port}`)).toEqual(["split.data", "split.after"]);
    expect(found.at(-1)).toMatchObject({ stepId: "evaluate", port: "model", fault: { code: "port_type_mismatch" } });
  });
});
