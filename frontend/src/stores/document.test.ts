import { beforeEach, describe, expect, it } from "vitest";
import { rename, setLabel } from "@/domain/edit";
import { drawn } from "@/test/sample";
import { amend, edit, isDirty, markSaved, openDocument, redo, undo, useDocument } from "./document";

const name = () => useDocument.getState().document.name;
const undos = () => useDocument.temporal.getState().pastStates.length;
const saved = { pipelineId: "p1", version: 1, etag: '"1"' };

describe("the document store", () => {
  beforeEach(() => {
    openDocument(drawn(["split"]), null);
  });

  it("undoes and redoes a gesture", () => {
    edit((document) => rename(document, "New"));
    undo();
    expect(name()).toBe("Sample");
    redo();
    expect(name()).toBe("New");
  });

  it("makes no entry of a change that changes nothing", () => {
    edit((document) => rename(document, "Sample"));
    expect(undos()).toBe(0);
  });

  it("makes one entry of typing in one field", () => {
    for (const label of ["a", "ab", "abc"]) edit((document) => setLabel(document, "split", label), "label split");
    expect(undos()).toBe(1);
    undo();
    expect(useDocument.getState().document.steps[0]?.label).toBeNull();
  });

  it("makes two entries of typing in one field with something else in between", () => {
    edit((document) => setLabel(document, "split", "a"), "label split");
    edit((document) => rename(document, "b"));
    edit((document) => setLabel(document, "split", "ab"), "label split");
    expect(undos()).toBe(3);
  });

  it("makes two entries of typing in two fields", () => {
    edit((document) => setLabel(document, "split", "a"), "label split");
    edit((document) => rename(document, "b"), "name");
    expect(undos()).toBe(2);
  });

  it("keeps layout on opening and saving out of the history", () => {
    amend((document) => rename(document, "Laid out"));
    markSaved(useDocument.getState().document, saved);
    expect(undos()).toBe(0);
  });

  it("forgets the history of what was open before", () => {
    edit((document) => rename(document, "New"));
    openDocument(drawn(["train"]), null);
    undo();
    expect(useDocument.getState().document.steps[0]?.id).toBe("train");
  });
});

describe("unsaved changes", () => {
  it("are none in what was opened just now", () => {
    openDocument(drawn(["split"]), saved);
    expect(isDirty(useDocument.getState())).toBe(false);
  });

  it("are there after an edit and gone after saving, or after taking the edit back", () => {
    openDocument(drawn(["split"]), saved);
    edit((document) => rename(document, "New"));
    expect(isDirty(useDocument.getState())).toBe(true);
    undo();
    expect(isDirty(useDocument.getState())).toBe(false);
    redo();
    markSaved(useDocument.getState().document, { ...saved, version: 2 });
    expect(isDirty(useDocument.getState())).toBe(false);
  });

  it("stay when something was changed while saving", () => {
    openDocument(drawn(["split"]), saved);
    const sent = useDocument.getState().document;
    edit((document) => rename(document, "Later"));
    markSaved(sent, { ...saved, version: 2 });
    expect(isDirty(useDocument.getState())).toBe(true);
  });
});
