/** What the parameters of a step may refer to; metrics are known from the shown run. */
import { useMemo } from "react";
import type { PipelineDocument } from "@/domain/pipeline";
import { offeredReferences, type ReferenceOffer } from "@/domain/reference";
import { useRun } from "@/stores/run";

export function useReferences(document: PipelineDocument, stepId: string): readonly ReferenceOffer[] {
  const byId = useRun((state) => state.byId);
  return useMemo(() => offeredReferences(document, stepId, (id) => byId[id]?.metrics), [document, stepId, byId]);
}
