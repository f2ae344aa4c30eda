import { beforeEach, describe, expect, it } from "vitest";
import { keys, queryClient } from "@/api/queries";
import { drawn, STEP_TYPES } from "@/test/sample";
import { openDocument, useDocument } from "@/stores/document";
import { select } from "@/stores/selection";
import { useUi } from "@/stores/ui";
import { COMMANDS, command } from "./table";

const ids = () => useDocument.getState().document.steps.map((step) => step.id);

describe("the table of commands", () => {
  it("has every id and every key once", () => {
    const keys = COMMANDS.flatMap((entry) => entry.keys);
    expect(new Set(COMMANDS.map((entry) => entry.id)).size).toBe(COMMANDS.length);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("has the keys everybody's hands know", () => {
    const found = Object.fromEntries(COMMANDS.map((entry) => [entry.id, entry.keys]));
    expect(found).toMatchObject({
      run: ["Ctrl+Enter"],
      stop: ["Ctrl+Alt+Enter"],
      undo: ["Ctrl+Z"],
      redo: ["Ctrl+Shift+Z", "Ctrl+Y"],
      save: ["Ctrl+S"],
      delete: ["Delete", "Backspace"],
      commands: ["Ctrl+K"],
      help: ["Shift+?"],
    });
  });
});

describe("commands", () => {
  beforeEach(() => {
    queryClient.setQueryData(keys.stepTypes, { items: STEP_TYPES, next_cursor: null });
    openDocument(drawn(["ingest", "split", "train"], ["ingest.data > split.data"]), null);
    select([]);
    useUi.setState({ dialog: null });
  });

  it("about the selection are off when nothing is selected", () => {
    for (const id of ["delete", "duplicate", "connect", "rename", "toggle"])
      expect(command(id).isEnabled()).toBe(false);
    select(["split"]);
    for (const id of ["delete", "duplicate", "connect", "rename", "toggle"]) expect(command(id).isEnabled()).toBe(true);
  });

  it("delete what is selected, and undo brings it back whole", () => {
    select(["split"]);
    command("delete").run();
    expect(ids()).toEqual(["ingest", "train"]);
    expect(command("delete").isEnabled()).toBe(false);
    command("undo").run();
    expect(ids()).toEqual(["ingest", "split", "train"]);
    expect(useDocument.getState().document.edges).toHaveLength(1);
  });

  it("disable steps, and enable them when all are disabled", () => {
    const enabled = () => useDocument.getState().document.steps.map((step) => step.enabled);
    select(["ingest", "split"]);
    command("toggle").run();
    expect(enabled()).toEqual([false, false, true]);
    command("toggle").run();
    expect(enabled()).toEqual([true, true, true]);
  });

  it("turn the drawing and lay it out as one gesture", async () => {
    command("direction").run();
    await expect.poll(() => useDocument.getState().document.direction).toBe("LR");
    expect(useDocument.temporal.getState().pastStates).toHaveLength(1);
  });

  it("open the dialog to connect the selected step", () => {
    select(["ingest"]);
    command("connect").run();
    expect(useUi.getState().dialog).toEqual({ kind: "connect", stepId: "ingest" });
  });
});
