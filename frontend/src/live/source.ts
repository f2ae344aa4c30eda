/** What a run or a plan is made of. */

import type { RunSource } from "@/api/calls";
import { isDirty, useDocument } from "@/stores/document";

/** A saved pipeline without changes runs as saved, so that its history lists the run; anything else as drawn. */
export function runSource(): RunSource {
  const state = useDocument.getState();
  return state.saved !== null && !isDirty(state)
    ? { pipeline_id: state.saved.pipelineId }
    : { document: state.document };
}
