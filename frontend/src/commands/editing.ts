/** What the editing commands do with the selection. */

import { forgetResults } from "@/api/calls";
import { errorText } from "@/api/errors";
import { duplicate, type Fragment, moveSteps, paste, remove, setEnabled } from "@/domain/edit";
import { layOut } from "@/domain/layout";
import { findStep, type PipelineDocument } from "@/domain/pipeline";
import { planAnew } from "@/live/planning";
import { canvasView } from "@/stores/canvasView";
import { edit, useDocument } from "@/stores/document";
import { notify } from "@/stores/notices";
import { deselect, select, soleStep, useSelection } from "@/stores/selection";
import { currentStepCatalog } from "@/stores/stepCatalog";
import { openDialog } from "@/stores/ui";

const currentDocument = () => useDocument.getState().document;

export function deleteSelected(): void {
  const { stepIds, edgeIds } = useSelection.getState();
  edit((document) => remove(document, stepIds, edgeIds));
  deselect();
}

export function duplicateSelected(): void {
  const result = duplicate(currentDocument(), useSelection.getState().stepIds);
  edit(() => result.document);
  select(result.stepIds);
}

/** Disables the selected steps; enables them if all are disabled already. */
export function toggleSelected(): void {
  const { stepIds } = useSelection.getState();
  const document = currentDocument();
  const areDisabled = stepIds.every((id) => findStep(document, id)?.enabled === false);
  edit((current) => setEnabled(current, stepIds, areDisabled));
}

export function connectSelected(): void {
  const stepId = soleStep(useSelection.getState());
  if (stepId !== null) openDialog({ kind: "connect", stepId });
}

export function renameSelected(): void {
  const stepId = soleStep(useSelection.getState());
  if (stepId !== null) openDialog({ kind: "rename-step", stepId });
}

/** Takes the earlier results of the selected step out of reuse, after asking. */
export function forgetSelected(): void {
  const stepId = soleStep(useSelection.getState());
  const { saved } = useDocument.getState();
  if (stepId === null || saved === null) return;
  openDialog({
    kind: "confirm",
    title: "Forget the results of this step?",
    text: `The next run executes ${stepId} again instead of reusing an earlier result. Runs and their results stay as they are.`,
    confirm: "Forget",
    isDangerous: false,
    run: () => void forget(saved.pipelineId, stepId),
  });
}

async function forget(pipelineId: string, stepId: string): Promise<void> {
  try {
    await forgetResults(pipelineId, stepId);
    notify("success", `The next run executes ${stepId} again.`);
    planAnew();
  } catch (error) {
    notify("error", `Nothing was forgotten. ${errorText(error)}`);
  }
}

export function showVersions(): void {
  const { document, saved } = useDocument.getState();
  if (saved !== null) openDialog({ kind: "versions", pipelineId: saved.pipelineId, name: document.name });
}

/** New positions for all steps that follow the flow, as one gesture. */
export async function tidyUp(): Promise<void> {
  await turn((document) => document);
}

/** Changes the document and lays it out anew, as one gesture. */
export async function turn(change: (document: PipelineDocument) => PipelineDocument): Promise<void> {
  const changed = change(currentDocument());
  const positions = await layOut(changed, await currentStepCatalog());
  edit((document) => moveSteps(change(document), positions));
  canvasView()?.fit();
}

/** The envelope in which steps travel through the system's clipboard. */
const ENVELOPE = "octopus/steps+1";

export async function copySelected(): Promise<void> {
  const { stepIds } = useSelection.getState();
  const { steps, edges } = currentDocument();
  const fragment: Fragment = {
    steps: steps.filter((step) => stepIds.includes(step.id)),
    edges: edges.filter((edge) => stepIds.includes(edge.source) && stepIds.includes(edge.target)),
  };
  try {
    await navigator.clipboard.writeText(JSON.stringify({ kind: ENVELOPE, ...fragment }));
  } catch {
    notify("warning", "The browser did not let octopus use the clipboard.");
  }
}

export async function cutSelected(): Promise<void> {
  await copySelected();
  deleteSelected();
}

export async function pasteSteps(): Promise<void> {
  const fragment = await clipboardFragment();
  if (fragment === null) return;
  const result = paste(currentDocument(), fragment, { x: 40, y: 40 });
  edit(() => result.document);
  select(result.stepIds);
}

async function clipboardFragment(): Promise<Fragment | null> {
  try {
    const value = JSON.parse(await navigator.clipboard.readText()) as Partial<Fragment> & { kind?: string };
    if (value.kind !== ENVELOPE || !Array.isArray(value.steps) || !Array.isArray(value.edges)) return null;
    return { steps: value.steps, edges: value.edges };
  } catch {
    return null;
  }
}
