/** Leaving the open document for another one. It never asks and never loses: opening puts unsaved changes aside and
 * offers them back (opening.ts). */

export function leaveDocument(leave: () => void): void {
  leave();
}
