/** Saving the document on the server. Somebody else's save in between is never overwritten unasked. */

import { createPipeline, getPipeline, savePipeline } from "@/api/calls";
import { ApiError, errorText } from "@/api/errors";
import { keys, queryClient } from "@/api/queries";
import type { PipelineDocument, PipelineRecord } from "@/domain/pipeline";
import type { Answer } from "@/api/http";
import { markSaved, type Saved, useDocument } from "@/stores/document";
import { notify } from "@/stores/notices";
import { useRun } from "@/stores/run";
import { closeDialog, openDialog } from "@/stores/ui";
import { setAddress } from "./address";
import { openPipeline } from "./opening";

let saving: Promise<boolean> | null = null;

/** Saves the document. Answers whether it is on the server now. A second call while one is under way is the same. */
export function save(): Promise<boolean> {
  saving ??= sendNow().finally(() => {
    saving = null;
  });
  return saving;
}

async function sendNow(): Promise<boolean> {
  const { document, saved } = useDocument.getState();
  return await send(document, () =>
    saved === null ? createPipeline(document) : savePipeline(saved.pipelineId, document, saved.etag),
  );
}

/** After a 412: takes the server's version number as ours and saves over it. Its version stays in the history. */
export async function overwrite(): Promise<boolean> {
  const { document, saved } = useDocument.getState();
  if (saved === null) return await save();
  return await send(document, async () => {
    const { etag } = await getPipeline(saved.pipelineId);
    return await savePipeline(saved.pipelineId, document, etag ?? saved.etag);
  });
}

/** Saves under a new id; the old pipeline stays as it is. */
export async function saveAsCopy(name?: string): Promise<boolean> {
  const { document } = useDocument.getState();
  const copy = { ...document, name: name ?? `${document.name} (copy)` };
  useDocument.setState({ document: copy });
  return await send(copy, () => createPipeline(copy));
}

/** After a 412: takes the server's version and gives up ours. */
export async function reload(): Promise<void> {
  const { saved } = useDocument.getState();
  if (saved === null) return;
  try {
    await openPipeline(saved.pipelineId);
    closeDialog();
  } catch (error) {
    notify("error", errorText(error));
  }
}

async function send(document: PipelineDocument, request: () => Promise<Answer<PipelineRecord>>): Promise<boolean> {
  try {
    const { body, etag } = await request();
    const saved: Saved = { pipelineId: body.id, version: body.version, etag: etag ?? "" };
    markSaved(document, saved);
    setAddress({ pipelineId: body.id, runId: useRun.getState().run?.id ?? null });
    closeDialog();
    notify("success", `Saved “${body.name}”, version ${body.version}.`);
    void queryClient.invalidateQueries({ queryKey: keys.allPipelines });
    return true;
  } catch (error) {
    refused(error);
    return false;
  }
}

function refused(error: unknown): void {
  if (error instanceof ApiError && error.status === 412) {
    openDialog({ kind: "conflict" });
  } else if (error instanceof ApiError && error.status === 404) {
    const { document } = useDocument.getState();
    useDocument.setState({ saved: null, base: null });
    notify("error", `“${document.name}” was deleted on the server. Save again to keep it as a new pipeline.`);
  } else {
    notify("error", `Not saved. ${errorText(error)}`);
  }
}
