/** Opening pipelines, templates and documents in the editor, and the address that says what is open. */

import { getPipeline } from "@/api/calls";
import type { Template } from "@/api/types";
import { moveSteps } from "@/domain/edit";
import { layOut, needsLayout } from "@/domain/layout";
import { emptyDocument, type PipelineDocument } from "@/domain/pipeline";
import { amend, type DocumentState, isDirty, openDocument, useDocument } from "@/stores/document";
import { notify } from "@/stores/notices";
import { currentStepCatalog } from "@/stores/stepCatalog";
import { deselect } from "@/stores/selection";
import { canvasView } from "@/stores/canvasView";
import { resetRun } from "./following";
import { setAddress } from "./address";
import { useUi } from "@/stores/ui";

/** Opens a saved pipeline as the server has it. Throws ApiError. */
export async function openPipeline(pipelineId: string): Promise<void> {
  const { body, etag } = await getPipeline(pipelineId);
  await show(body.document, { pipelineId: body.id, version: body.version, etag: etag ?? "" });
}

/** Opens a copy of a template; it is not saved anywhere yet. */
export async function openTemplate(template: Pick<Template, "document">): Promise<void> {
  await show(template.document, null);
}

/** Opens a document as a new pipeline; without one, an empty canvas. */
export async function openAsNew(document: PipelineDocument = emptyDocument()): Promise<void> {
  await show(document, null);
}

async function show(
  document: PipelineDocument,
  saved: { pipelineId: string; version: number; etag: string } | null,
): Promise<void> {
  const before = useDocument.getState();
  resetRun();
  deselect();
  useUi.setState({ isWelcoming: false });
  openDocument(document, saved);
  if (isDirty(before)) offerBack(before);
  setAddress({ pipelineId: saved?.pipelineId ?? null, runId: null });
  await placeSteps();
  canvasView()?.fit();
}

/** Opening something never asks and never loses: what was not saved can be brought back. */
function offerBack(before: DocumentState): void {
  notify("info", `The unsaved changes of “${before.document.name}” were put aside.`, {
    label: "Bring back",
    run: () => {
      resetRun();
      deselect();
      openDocument(before.document, before.saved, before.base);
      setAddress({ pipelineId: before.saved?.pipelineId ?? null, runId: null });
    },
  });
}

/** Gives steps that nobody has placed yet a position, without an undo entry. */
export async function placeSteps(): Promise<void> {
  const { document } = useDocument.getState();
  if (!needsLayout(document)) return;
  const positions = await layOut(document, await currentStepCatalog());
  amend((current) => moveSteps(current, positions));
}
