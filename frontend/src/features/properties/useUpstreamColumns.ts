/** Names of the columns that arrived at a step in the shown run: suggestions for fields that want columns. */
import { useQuery } from "@tanstack/react-query";
import { previewPort } from "@/api/calls";
import { keys } from "@/api/queries";
import type { PipelineDocument } from "@/domain/pipeline";
import { useRun } from "@/stores/run";

const NONE: readonly string[] = [];

export function useUpstreamColumns(document: PipelineDocument, stepId: string): readonly string[] {
  const runId = useRun((state) => state.run?.id ?? null);
  const byId = useRun((state) => state.byId);
  const source = document.edges
    .filter((edge) => edge.target === stepId && edge.kind === "data")
    .find((edge) =>
      byId[edge.source]?.artifacts.some((artifact) => artifact.port === edge.source_port && artifact.rows !== null),
    );
  const page = { offset: 0, limit: 1 };
  const { data } = useQuery({
    queryKey: keys.preview(runId ?? "", source?.source ?? "", source?.source_port ?? "", page),
    queryFn: () => previewPort(runId ?? "", source?.source ?? "", source?.source_port ?? "", page),
    enabled: runId !== null && source !== undefined,
    select: (preview) => preview.columns.map((column) => column.name),
  });
  return data ?? NONE;
}
