/** The draft: what is on the canvas, kept in this browser so that a reload, a crash or a closed tab loses nothing.
 * Written shortly after every change and when the page is hidden. */

import type { PipelineDocument } from "@/domain/pipeline";
import { isDirty, type Saved, useDocument } from "@/stores/document";
import { notify } from "@/stores/notices";
import { useRun } from "@/stores/run";

const DRAFT_KEY = "octopus.draft";
const WRITE_AFTER_MS = 300;

export interface Draft {
  document: PipelineDocument;
  saved: Saved | null;
  /** Whether the server lacks some of it. */
  isDirty: boolean;
  /** The run that was shown, so that a reload recognises its own. */
  runId: string | null;
}

export function readDraft(storage: Pick<Storage, "getItem"> = window.localStorage): Draft | null {
  try {
    const draft = JSON.parse(storage.getItem(DRAFT_KEY) ?? "null") as Draft | null;
    return draft?.document.schema_version === 1 && Array.isArray(draft.document.steps) ? draft : null;
  } catch {
    return null;
  }
}

let hasWarned = false;

export function writeDraft(storage: Pick<Storage, "setItem"> = window.localStorage): void {
  const state = useDocument.getState();
  const draft: Draft = {
    document: state.document,
    saved: state.saved,
    isDirty: isDirty(state),
    runId: useRun.getState().run?.id ?? null,
  };
  try {
    storage.setItem(DRAFT_KEY, JSON.stringify(draft));
  } catch {
    if (!hasWarned) notify("warning", "This browser's storage is full: save the pipeline, a reload would lose it.");
    hasWarned = true;
  }
}

/** Keeps the draft up to date. Answers how to stop. */
export function keepDraft(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const write = () => {
    clearTimeout(timer);
    writeDraft();
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(write, WRITE_AFTER_MS);
  };
  const unsubscribe = [
    useDocument.subscribe(soon),
    useRun.subscribe((state, before) => {
      if (state.run?.id !== before.run?.id) soon();
    }),
  ];
  window.addEventListener("pagehide", write);
  window.addEventListener("visibilitychange", write);
  return () => {
    clearTimeout(timer);
    unsubscribe.forEach((stop) => stop());
    window.removeEventListener("pagehide", write);
    window.removeEventListener("visibilitychange", write);
  };
}
