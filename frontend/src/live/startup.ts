/** What is on the canvas when the page opens: what the address says, else the draft, else an example. */

import { getPipeline, listTemplates } from "@/api/calls";
import { ApiError, errorText } from "@/api/errors";
import type { RunView } from "@/domain/run";
import { canvasView } from "@/stores/canvasView";
import { openDocument, useDocument } from "@/stores/document";
import { notify } from "@/stores/notices";
import { useUi } from "@/stores/ui";
import { readAddress, setAddress } from "./address";
import { type Draft, readDraft } from "./drafts";
import { followById } from "./following";
import { openPipeline, openTemplate, placeSteps } from "./opening";

export async function openFirst(): Promise<void> {
  const address = readAddress();
  const draft = readDraft();
  if (address.pipelineId !== null) await openAddressed(address.pipelineId, draft);
  else if (draft !== null && (address.runId === null || draft.runId === address.runId)) openDraft(draft);
  else if (address.runId === null) await welcome();
  if (address.runId !== null) await openRun(address.runId, draft);
  await placeSteps();
  canvasView()?.fit();
}

async function openAddressed(pipelineId: string, draft: Draft | null): Promise<void> {
  if (draft?.saved?.pipelineId === pipelineId && draft.isDirty) {
    openDraft(draft);
    return;
  }
  try {
    const { body, etag } = await getPipeline(pipelineId);
    openDocument(body.document, { pipelineId: body.id, version: body.version, etag: etag ?? "" });
  } catch (error) {
    if (draft?.saved?.pipelineId === pipelineId) openDraft(draft);
    notify("error", `This pipeline cannot be opened. ${errorText(error)}`);
    if (error instanceof ApiError && error.status === 404) setAddress({ pipelineId: null, runId: null });
  }
}

function openDraft(draft: Draft): void {
  openDocument(draft.document, draft.saved, draft.isDirty ? null : draft.document);
}

/** Shows a run on the document that is open if it is its own, else on the run's. */
async function openRun(runId: string, draft: Draft | null): Promise<void> {
  try {
    const view = await followById(runId);
    if (!isOpen(view, draft)) openDocument(view.document, null);
  } catch (error) {
    notify("error", `This run cannot be shown. ${errorText(error)}`);
    setAddress({ ...readAddress(), runId: null });
  }
}

function isOpen(view: RunView, draft: Draft | null): boolean {
  const { saved, document } = useDocument.getState();
  if (draft?.runId === view.id && document === draft.document) return true;
  return saved !== null && saved.pipelineId === view.pipeline_id;
}

/** The first visit: an example on the canvas, and a card that says what to do with it. */
async function welcome(): Promise<void> {
  try {
    const { document } = useDocument.getState();
    const [first] = (await listTemplates()).items;
    const isTouched = useDocument.getState().document !== document;
    if (first === undefined || isTouched) return;
    await openTemplate(first);
    if (!useUi.getState().hasSeenWelcome) useUi.setState({ isWelcoming: true, hasSeenWelcome: true });
  } catch (error) {
    notify("error", errorText(error));
  }
}

/** Opens what the browser's back and forward buttons lead to. */
export function followHistory(): () => void {
  const reopen = () => {
    const { pipelineId, runId } = readAddress();
    const current = useDocument.getState().saved?.pipelineId ?? null;
    if (pipelineId !== null && pipelineId !== current) {
      openPipeline(pipelineId).catch((error: unknown) => notify("error", errorText(error)));
    } else if (runId !== null) {
      followById(runId).catch((error: unknown) => notify("error", errorText(error)));
    }
  };
  window.addEventListener("popstate", reopen);
  return () => window.removeEventListener("popstate", reopen);
}
