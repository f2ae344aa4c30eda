/** The one pipeline document that is being edited, with undo and redo. One undo entry per gesture; never selection,
 * never status. Persisting it is drafts.ts' business, sending it to the server that of live/saving.ts. */

import { temporal } from "zundo";
import { create, useStore } from "zustand";
import { emptyDocument, type PipelineDocument } from "@/domain/pipeline";
import { beginOwnPorts } from "./ownPorts";

/** Where the document lives on the server. `etag`: what If-Match wants. */
export interface Saved {
  pipelineId: string;
  version: number;
  etag: string;
}

export interface DocumentState {
  document: PipelineDocument;
  /** What was opened or last saved; null: something else was. The document is dirty when it is not this very object. */
  base: PipelineDocument | null;
  saved: Saved | null;
}

type Change = (document: PipelineDocument) => PipelineDocument;

const UNDO_LIMIT = 200;

function newState(): DocumentState {
  const document = emptyDocument();
  return { document, base: document, saved: null };
}

export const useDocument = create<DocumentState>()(
  temporal(newState, {
    limit: UNDO_LIMIT,
    partialize: (state) => ({ document: state.document }),
    equality: (past, current) => past.document === current.document,
  }),
);

let lastGesture = { key: "", result: null as PipelineDocument | null };

/** Changes the document as one gesture. Changes with the same `mergeKey` right after one another (typing in one
 * field) are one undo entry, however long one thinks in between. A change that answers the same object makes none. */
export function edit(change: Change, mergeKey = ""): void {
  const { document } = useDocument.getState();
  const next = change(document);
  if (next === document) return;
  const continues = mergeKey !== "" && lastGesture.key === mergeKey && lastGesture.result === document;
  if (continues) untracked(() => useDocument.setState({ document: next }));
  else useDocument.setState({ document: next });
  lastGesture = { key: mergeKey, result: next };
}

/** Opens another document; the history starts anew. `saved` null: it is not on the server. `base` other than the
 * document: it has changes that are not saved. */
export function openDocument(
  document: PipelineDocument,
  saved: Saved | null,
  base: PipelineDocument | null = document,
): void {
  beginOwnPorts(document);
  useDocument.setState({ document, base, saved });
  useDocument.temporal.getState().clear();
  lastGesture = { key: "", result: null };
}

/** Changes what is seen without an undo entry: positions given by the layout on opening, and the like. */
export function amend(change: Change): void {
  untracked(() =>
    useDocument.setState((state) => {
      const document = change(state.document);
      return { document, base: state.base === state.document ? document : state.base };
    }),
  );
}

/** The server has stored `document`; edits made since then stay. */
export function markSaved(document: PipelineDocument, saved: Saved): void {
  untracked(() => useDocument.setState({ base: document, saved }));
}

export function undo(): void {
  useDocument.temporal.getState().undo();
}

export function redo(): void {
  useDocument.temporal.getState().redo();
}

export const useCanUndo = (): boolean => useStore(useDocument.temporal, (state) => state.pastStates.length > 0);
export const useCanRedo = (): boolean => useStore(useDocument.temporal, (state) => state.futureStates.length > 0);

/** Whether closing the page would need the draft: there are changes since it was opened or saved. */
export function isDirty({ document, base, saved }: DocumentState): boolean {
  return document !== base && (saved !== null || document.steps.length > 0);
}

function untracked(change: () => void): void {
  const history = useDocument.temporal.getState();
  history.pause();
  try {
    change();
  } finally {
    history.resume();
  }
}
