/** Foresees what a run would reuse and what it would execute: asked for when the document has been found to be without
 * errors, and again after each run. A change of the document calls the question off. */

import { planRun } from "@/api/calls";
import { useDocument } from "@/stores/document";
import { clearForesight, foreseen, setForesight, setMissing } from "@/stores/foresight";
import { useProblems } from "@/stores/problems";
import { isRunning, useRun } from "@/stores/run";
import { runSource } from "./source";
import { matters } from "./validation";

const ASK_AFTER_MS = 400;

/** Whatever changed what can be reused calls this: a result was forgotten, a project replaced. */
let askAgain: () => void = () => undefined;

export function planAnew(): void {
  askAgain();
}

/** Keeps the foresight up to date. Answers how to stop. */
export function keepPlanned(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;

  const callOff = () => {
    clearTimeout(timer);
    asking?.abort();
  };
  const ask = async () => {
    if (!isWorthAsking()) return;
    const controller = new AbortController();
    asking = controller;
    try {
      const { steps } = await planRun(runSource(), controller.signal);
      if (controller.signal.aborted) return;
      setForesight(Object.fromEntries(steps.map((step) => [step.id, foreseen(step)])));
    } catch {
      // Foresight is a courtesy: without an answer the cards say nothing about it.
      if (!controller.signal.aborted) clearForesight();
    }
  };
  const soon = () => {
    callOff();
    timer = setTimeout(() => void ask(), ASK_AFTER_MS);
  };
  askAgain = soon;
  const unsubscribe = [
    useProblems.subscribe((state, before) => {
      if (state.isCurrent && (!before.isCurrent || state.problems !== before.problems)) soon();
    }),
    useDocument.subscribe((state, before) => {
      if (state.document === before.document) return;
      if (matters(state.document, before.document)) {
        callOff();
        setMissing({});
      }
    }),
    useRun.subscribe((state, before) => {
      if (isRunning(before) && !isRunning(state)) soon();
    }),
  ];
  soon();
  return () => {
    callOff();
    askAgain = () => undefined;
    unsubscribe.forEach((stop) => stop());
  };
}

function isWorthAsking(): boolean {
  const { problems, isCurrent } = useProblems.getState();
  const hasErrors = problems.some((problem) => problem.severity === "error");
  if (hasErrors || useDocument.getState().document.steps.length === 0) clearForesight();
  return isCurrent && !hasErrors && useDocument.getState().document.steps.length > 0 && !isRunning(useRun.getState());
}
