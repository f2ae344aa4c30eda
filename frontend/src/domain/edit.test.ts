import { describe, expect, it } from "vitest";
import { CATALOG, drawn, wire } from "@/test/sample";
import {
  addStep,
  connect,
  duplicate,
  edgeText,
  freeStepId,
  moveSteps,
  reconnect,
  remove,
  rename,
  setDirection,
  setEnabled,
  setLabel,
  setParam,
} from "./edit";
import { findStep } from "./pipeline";

describe("steps", () => {
  it("get the type's name as id, numbered when it is taken", () => {
    expect(freeStepId(drawn([]), "split")).toBe("split");
    expect(freeStepId(drawn(["split", "split_2"]), "split")).toBe("split_3");
  });

  it.each([
    ["my-project/Train Model", "train_model"],
    ["9lives", "lives"],
    ["__", "step"],
  ])("of type %s get the valid id %s", (typeId, id) => {
    expect(freeStepId(drawn([]), typeId)).toBe(id);
  });

  it("are added where they are dropped, in whole pixels", () => {
    const { document, stepId } = addStep(drawn([]), { id: "split" }, { x: 10.4, y: -3.6 });
    expect(findStep(document, stepId)).toMatchObject({ type: "split", position: { x: 10, y: -4 }, params: {} });
  });

  it("leave with the edges at them", () => {
    const document = drawn(["ingest", "split", "train"], ["ingest.data > split.data", "split.train > train.train"]);
    const left = remove(document, ["split"], []);
    expect(left.steps.map((step) => step.id)).toEqual(["ingest", "train"]);
    expect(left.edges).toEqual([]);
  });

  it("are copied with the edges among them", () => {
    const document = drawn(["ingest", "split", "train"], ["ingest.data > split.data", "split.train > train.train"]);
    const copy = duplicate(document, ["ingest", "split"]);
    expect(copy.stepIds).toEqual(["ingest_2", "split_2"]);
    expect(copy.document.edges.at(-1)).toMatchObject({ id: "e3", source: "ingest_2", target: "split_2" });
    expect(copy.document.edges).toHaveLength(3);
  });

  it("fall back to the type's default when a parameter is taken out", () => {
    const set = setParam(drawn(["split"]), "split", "seed", 7);
    expect(findStep(set, "split")?.params).toEqual({ seed: 7 });
    expect(findStep(setParam(set, "split", "seed", undefined), "split")?.params).toEqual({});
  });

  it("go by their type's title when the label is emptied", () => {
    const labelled = setLabel(drawn(["split"]), "split", "Mine");
    expect(findStep(setLabel(labelled, "split", "  "), "split")?.label).toBeNull();
  });
});

describe("edges", () => {
  it("get the first free id", () => {
    const document = drawn(["ingest", "split", "train"], ["ingest.data > split.data", "split.train > train.train"]);
    const next = connect(remove(document, [], ["e1"]), wire("ingest.data > split.data"));
    expect(next.edges.map((edge) => edge.id)).toEqual(["e2", "e1"]);
  });

  it("keep everything else when an end is moved", () => {
    const document = drawn(["ingest", "split", "train"], ["ingest.data > split.data"]);
    const [edge] = reconnect(document, "e1", wire("ingest.data > train.train")).edges;
    expect(edge).toEqual({ ...document.edges[0], target: "train", target_port: "train" });
  });

  it("carry the name of the branch they leave by", () => {
    const document = drawn(
      ["evaluate", "compare", "ingest", "split"],
      ["evaluate.fail > compare.models", "ingest.data > split.data"],
    );
    expect(document.edges.map((edge) => edgeText(document, edge, CATALOG))).toEqual(["fail", ""]);
  });
});

describe("an operation that changes nothing", () => {
  const document = drawn(["ingest"]);
  it.each([
    ["moving a step to where it is", () => moveSteps(document, new Map([["ingest", { x: 0, y: 0 }]]))],
    ["removing nothing", () => remove(document, [], [])],
    ["renaming to the same name", () => rename(document, " Sample ")],
    ["renaming to nothing", () => rename(document, " ")],
    ["enabling what is enabled", () => setEnabled(document, ["ingest"], true)],
    ["turning to the same direction", () => setDirection(document, "TB")],
    ["taking out a parameter that is not set", () => setParam(document, "ingest", "seed", undefined)],
  ])("answers the same document: %s", (_what, operation) => {
    expect(operation()).toBe(document);
  });
});
