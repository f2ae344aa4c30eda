/** Every command there is. Toolbar, menus, keys, command palette and help read this list; a new command is one entry. */

import { setDirection } from "@/domain/edit";
import { save } from "@/live/saving";
import { openAsNew } from "@/live/opening";
import { canvasView } from "@/stores/canvasView";
import { redo, undo, useDocument } from "@/stores/document";
import { deselect, select, soleEdge, useSelection } from "@/stores/selection";
import { openDialog, setPanelOpen, setScheme, showTab, useUi } from "@/stores/ui";
import type { Command } from "./command";
import { always, hasSteps, hasSelectedSteps, hasSoleStep, hasSelection } from "./conditions";
import {
  connectSelected,
  copySelected,
  cutSelected,
  deleteSelected,
  duplicateSelected,
  forgetSelected,
  pasteSteps,
  renameSelected,
  showVersions,
  tidyUp,
  toggleSelected,
  turn,
} from "./editing";
import { RUN } from "./run";

const PIPELINE: Command[] = [
  {
    id: "new",
    group: "Pipeline",
    label: "New pipeline",
    keys: [],
    isEnabled: always,
    run: () => void openAsNew(),
  },
  {
    id: "templates",
    group: "Pipeline",
    label: "New from template",
    keys: [],
    isEnabled: always,
    run: () => openDialog({ kind: "templates" }),
  },
  {
    id: "load",
    group: "Pipeline",
    label: "Load",
    keys: ["Ctrl+O"],
    isEnabled: always,
    run: () => openDialog({ kind: "open-pipeline" }),
  },
  { id: "save", group: "Pipeline", label: "Save", keys: ["Ctrl+S"], isEnabled: always, run: () => void save() },
  {
    id: "save-as",
    group: "Pipeline",
    label: "Save as…",
    keys: ["Ctrl+Shift+S"],
    isEnabled: always,
    run: () => openDialog({ kind: "save-as" }),
  },
  {
    id: "pipeline-settings",
    group: "Pipeline",
    label: "Pipeline settings",
    keys: ["G"],
    isEnabled: always,
    run: () => openDialog({ kind: "pipeline-settings" }),
  },
  {
    id: "projects",
    group: "Pipeline",
    label: "Add project…",
    keys: [],
    isEnabled: always,
    run: () => openDialog({ kind: "projects" }),
  },
  {
    id: "versions",
    group: "Pipeline",
    label: "Versions…",
    keys: [],
    isEnabled: () => useDocument.getState().saved !== null,
    run: showVersions,
  },
  {
    id: "runs",
    group: "Run",
    label: "Run history…",
    keys: [],
    isEnabled: always,
    run: () => openDialog({ kind: "runs" }),
  },
  {
    id: "upload",
    group: "Pipeline",
    label: "Upload data",
    keys: [],
    isEnabled: always,
    run: () => openDialog({ kind: "upload-dataset" }),
  },
];

const EDIT: Command[] = [
  {
    id: "undo",
    group: "Edit",
    label: "Undo",
    keys: ["Ctrl+Z"],
    isEnabled: () => useDocument.temporal.getState().pastStates.length > 0,
    run: undo,
  },
  {
    id: "redo",
    group: "Edit",
    label: "Redo",
    keys: ["Ctrl+Shift+Z", "Ctrl+Y"],
    isEnabled: () => useDocument.temporal.getState().futureStates.length > 0,
    run: redo,
  },
  {
    id: "cut",
    group: "Edit",
    label: "Cut",
    keys: ["Ctrl+X"],
    isEnabled: hasSelectedSteps,
    run: () => void cutSelected(),
  },
  {
    id: "copy",
    group: "Edit",
    label: "Copy",
    keys: ["Ctrl+C"],
    isEnabled: hasSelectedSteps,
    run: () => void copySelected(),
  },
  { id: "paste", group: "Edit", label: "Paste", keys: ["Ctrl+V"], isEnabled: always, run: () => void pasteSteps() },
  {
    id: "duplicate",
    group: "Edit",
    label: "Duplicate",
    keys: ["Ctrl+D"],
    isEnabled: hasSelectedSteps,
    run: duplicateSelected,
  },
  {
    id: "select-all",
    group: "Edit",
    label: "Select all",
    keys: ["Ctrl+A"],
    isEnabled: hasSteps,
    run: () => select(useDocument.getState().document.steps.map((step) => step.id)),
  },
  {
    id: "deselect",
    group: "Edit",
    label: "Deselect",
    keys: ["Escape"],
    isEnabled: hasSelection,
    run: deselect,
  },
  {
    id: "delete",
    group: "Edit",
    label: "Delete",
    keys: ["Delete", "Backspace"],
    isEnabled: hasSelection,
    run: deleteSelected,
  },
];

const STEP: Command[] = [
  {
    id: "add-step",
    group: "Step",
    label: "Add a step…",
    keys: ["N"],
    isEnabled: always,
    run: () => openDialog({ kind: "add-step" }),
  },
  { id: "connect", group: "Step", label: "Connect to…", keys: ["C"], isEnabled: hasSoleStep, run: connectSelected },
  {
    id: "forget",
    group: "Step",
    label: "Forget results of this step…",
    keys: [],
    isEnabled: () => hasSoleStep() && useDocument.getState().saved !== null,
    run: forgetSelected,
  },
  {
    id: "properties",
    group: "Step",
    label: "Open properties",
    keys: ["Enter"],
    isEnabled: () => hasSoleStep() || soleEdge(useSelection.getState()) !== null,
    run: () => setPanelOpen("properties", true),
  },
  { id: "rename", group: "Step", label: "Rename…", keys: ["F2"], isEnabled: hasSoleStep, run: renameSelected },
  {
    id: "toggle",
    group: "Step",
    label: "Disable or enable",
    keys: ["D"],
    isEnabled: hasSelectedSteps,
    run: toggleSelected,
  },
];

const VIEW: Command[] = [
  { id: "fit", group: "View", label: "Fit to view", keys: ["1"], isEnabled: hasSteps, run: () => canvasView()?.fit() },
  {
    id: "zoom-full",
    group: "View",
    label: "Zoom to 100 %",
    keys: ["0"],
    isEnabled: always,
    run: () => canvasView()?.zoomToFull(),
  },
  {
    id: "zoom-in",
    group: "View",
    label: "Zoom in",
    keys: ["+", "="],
    isEnabled: always,
    run: () => canvasView()?.zoomIn(),
  },
  {
    id: "zoom-out",
    group: "View",
    label: "Zoom out",
    keys: ["-"],
    isEnabled: always,
    run: () => canvasView()?.zoomOut(),
  },
  { id: "tidy", group: "View", label: "Tidy up", keys: ["Shift+Alt+T"], isEnabled: hasSteps, run: () => void tidyUp() },
  {
    id: "direction",
    group: "View",
    label: "Turn the drawing",
    keys: [],
    isEnabled: always,
    run: () => void turn((document) => setDirection(document, document.direction === "TB" ? "LR" : "TB")),
  },
  {
    id: "toggle-palette",
    group: "View",
    label: "Show or hide the step palette",
    keys: ["P"],
    isEnabled: always,
    run: () => setPanelOpen("palette", !useUi.getState().isOpen.palette),
  },
  {
    id: "toggle-logs",
    group: "View",
    label: "Show or hide the log panel",
    keys: ["L"],
    isEnabled: always,
    run: () => (useUi.getState().isOpen.bottom ? setPanelOpen("bottom", false) : showTab("logs")),
  },
  {
    id: "scheme-light",
    group: "View",
    label: "Light theme",
    keys: [],
    isEnabled: always,
    run: () => setScheme("light"),
  },
  { id: "scheme-dark", group: "View", label: "Dark theme", keys: [], isEnabled: always, run: () => setScheme("dark") },
  {
    id: "scheme-system",
    group: "View",
    label: "Theme of the system",
    keys: [],
    isEnabled: always,
    run: () => setScheme("system"),
  },
];

const HELP: Command[] = [
  {
    id: "commands",
    group: "Help",
    label: "Command palette",
    keys: ["Ctrl+K"],
    isEnabled: always,
    run: () => openDialog({ kind: "commands" }),
  },
  {
    id: "help",
    group: "Help",
    label: "Keyboard help",
    keys: ["Shift+?"],
    isEnabled: always,
    run: () => openDialog({ kind: "help" }),
  },
  {
    id: "server",
    group: "Help",
    label: "About the server",
    keys: [],
    isEnabled: always,
    run: () => openDialog({ kind: "server" }),
  },
];

export const COMMANDS: readonly Command[] = [...RUN, ...PIPELINE, ...EDIT, ...STEP, ...VIEW, ...HELP];

const BY_ID = new Map(COMMANDS.map((command) => [command.id, command]));

export function command(id: string): Command {
  const found = BY_ID.get(id);
  if (found === undefined) throw new Error(`There is no command ${id}.`);
  return found;
}
