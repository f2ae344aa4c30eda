/** Asks the server what is wrong with the document, and which ports its steps have, shortly after every change. */

import { validateDocument } from "@/api/calls";
import { ApiError } from "@/api/errors";
import type { PipelineDocument } from "@/domain/pipeline";
import { useDocument } from "@/stores/document";
import { takeOwnPorts } from "@/stores/ownPorts";
import { outdateProblems, setProblems } from "@/stores/problems";

const ASK_AFTER_MS = 250;
const ASK_AGAIN_AFTER_MS = 5_000;

/** Keeps the problems up to date. Answers how to stop. */
export function keepValidated(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;

  const ask = async () => {
    asking?.abort();
    const controller = new AbortController();
    asking = controller;
    const { document } = useDocument.getState();
    if (document.steps.length === 0) {
      // An empty canvas says by itself what is missing.
      setProblems([]);
      return;
    }
    try {
      const { problems, ports } = await validateDocument(document, controller.signal);
      if (useDocument.getState().document === document) {
        takeOwnPorts(ports);
        setProblems(problems);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) return;
      if (error.status === 422) setProblems(error.problems);
      else later(ASK_AGAIN_AFTER_MS);
    }
  };
  const later = (delay: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), delay);
  };
  const unsubscribe = useDocument.subscribe((state, before) => {
    if (matters(state.document, before.document)) {
      outdateProblems();
      later(ASK_AFTER_MS);
    }
  });
  later(0);
  return () => {
    clearTimeout(timer);
    asking?.abort();
    unsubscribe();
  };
}

/** A card that only moved needs no new answer. */
export function matters(now: PipelineDocument, before: PipelineDocument): boolean {
  if (now === before) return false;
  if (now.edges !== before.edges || now.settings !== before.settings || now.steps.length !== before.steps.length) {
    return true;
  }
  if (now.parameters !== before.parameters || now.profiles !== before.profiles) return true;
  return (
    now.name !== before.name ||
    now.steps.some((step, index) => {
      const other = before.steps[index];
      if (step === other) return false;
      return (
        step.id !== other?.id ||
        step.type !== other.type ||
        step.params !== other.params ||
        step.enabled !== other.enabled ||
        step.policy !== other.policy
      );
    })
  );
}
