/** Showing a run from the history: on the document that is open if it is the run's own, else as it was drawn. */
import { getRun } from "@/api/calls";
import type { PipelineDocument } from "@/domain/pipeline";
import { setAddress } from "./address";
import { follow } from "./following";
import { openAsNew } from "./opening";
import { useDocument } from "@/stores/document";

/** Throws ApiError. `afterwards`: once the run is shown. */
export async function openRun(runId: string, afterwards: () => void): Promise<void> {
  const view = await getRun(runId);
  const { document, saved } = useDocument.getState();
  if (isSameDrawing(document, view.document)) {
    setAddress({ pipelineId: saved?.pipelineId ?? null, runId });
    follow(view);
    afterwards();
    return;
  }
  void openAsNew(view.document).then(() => {
    setAddress({ pipelineId: null, runId });
    follow(view);
    afterwards();
  });
}

/** Whether both have the same steps and edges, wherever they stand on the canvas. */
export function isSameDrawing(a: PipelineDocument, b: PipelineDocument): boolean {
  return JSON.stringify(essence(a)) === JSON.stringify(essence(b));
}

function essence(document: PipelineDocument) {
  return {
    steps: document.steps.map(({ id, type, label, params, enabled }) => [
      id,
      type,
      label,
      Object.entries(params).sort(byName),
      enabled,
    ]),
    edges: document.edges.map(({ source, source_port, target, target_port, kind }) => [
      source,
      source_port,
      target,
      target_port,
      kind,
    ]),
  };
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
