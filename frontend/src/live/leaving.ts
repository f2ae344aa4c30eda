/** Leaving the open document for another one: asked first while the server lacks some of it. */

import { isDirty, useDocument } from "@/stores/document";
import { openDialog } from "@/stores/ui";

/** Goes on with `leave` at once, or after the reader has agreed to give up unsaved changes. */
export function leaveDocument(leave: () => void): void {
  const state = useDocument.getState();
  if (!isDirty(state)) {
    leave();
    return;
  }
  openDialog({
    kind: "confirm",
    title: "Leave without saving?",
    text: `“${state.document.name}” has changes that are not saved.`,
    confirm: "Leave without saving",
    isDangerous: true,
    run: leave,
  });
}
