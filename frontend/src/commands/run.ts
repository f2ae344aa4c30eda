/** The commands that start, stop and forget a run. */

import { readAddress, setAddress } from "@/live/address";
import { resetRun } from "@/live/following";
import { resume, start, stop, tellWhyNot } from "@/live/running";
import { isRunning, useRun } from "@/stores/run";
import { soleStep, useSelection } from "@/stores/selection";
import { openDialog } from "@/stores/ui";
import type { Command } from "./command";
import { canStart, canStartAtStep, isIdle, isResumable } from "./conditions";

/** Starts at, from or up to the selected step. */
const runAt = (mode: "to" | "from" | "only") => () => {
  const step_id = soleStep(useSelection.getState());
  if (step_id !== null) void start({ scope: { mode, step_id } });
};

export const RUN: Command[] = [
  {
    id: "run",
    group: "Run",
    label: "Run Pipeline",
    keys: ["Ctrl+Enter"],
    isEnabled: canStart,
    run: () => void start(),
  },
  {
    id: "run-to",
    group: "Run",
    label: "Run to here",
    keys: ["Shift+Enter"],
    isEnabled: canStartAtStep,
    run: runAt("to"),
  },
  { id: "run-from", group: "Run", label: "Run from here", keys: [], isEnabled: canStartAtStep, run: runAt("from") },
  {
    id: "run-only",
    group: "Run",
    label: "Run only this step",
    keys: [],
    isEnabled: canStartAtStep,
    run: runAt("only"),
  },
  {
    id: "resume",
    group: "Run",
    label: "Resume failed run",
    keys: [],
    isEnabled: () => isIdle() && isResumable(),
    run: () => void resume(),
  },
  {
    id: "run-with",
    group: "Run",
    label: "Run with options…",
    keys: [],
    isEnabled: canStart,
    run: () => openDialog({ kind: "run-with" }),
  },
  {
    id: "plan",
    group: "Run",
    label: "Show the plan…",
    keys: [],
    isEnabled: canStart,
    run: () => {
      if (!tellWhyNot()) openDialog({ kind: "plan" });
    },
  },
  {
    id: "stop",
    group: "Run",
    label: "Stop",
    keys: ["Ctrl+Alt+Enter"],
    isEnabled: () => isRunning(useRun.getState()),
    run: () => void stop(),
  },
  {
    id: "reset",
    group: "Run",
    label: "Reset",
    keys: [],
    isEnabled: () => useRun.getState().run !== null,
    run: () => {
      resetRun();
      setAddress({ ...readAddress(), runId: null });
    },
  },
];
