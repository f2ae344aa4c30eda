/** What the shown run came to: the selected step's results, or the run's own summary. */
import Box from "@mui/material/Box";
import { useCatalog } from "@/api/queries";
import { shownStatus } from "@/domain/run";
import { stepName } from "@/domain/text";
import { canvasView } from "@/stores/canvasView";
import { useRun } from "@/stores/run";
import { select, soleStep, useSelection } from "@/stores/selection";
import { EmptyState } from "@/ui/EmptyState";
import { stepRunUrl } from "./artifacts";
import { plainLine } from "./plain";
import { RunSummary } from "./RunSummary";
import { StepResults } from "./StepResults";

export function ResultsPanel() {
  const state = useRun();
  const selected = useSelection(soleStep);
  const catalog = useCatalog();
  const { run, document, byId, mlflowUrl } = state;
  if (!run) {
    return (
      <EmptyState
        title="No results yet"
        text="Press Run: metrics, charts, tables and files of every step appear here."
      />
    );
  }
  const nameOf = (stepId: string) => {
    const step = document?.steps.find((candidate) => candidate.id === stepId);
    return step ? stepName(step, catalog.get(step.type)) : stepId;
  };
  const statusOf = (stepId: string) => {
    const step = byId[stepId];
    return step ? shownStatus(step, byId[step.cause_step ?? ""]?.status) : "pending";
  };
  const step = selected === null ? undefined : byId[selected];
  return (
    <Box component="section" aria-label="Results" sx={{ height: "100%", minHeight: 0 }}>
      {step ? (
        <StepResults
          key={step.id}
          runId={run.id}
          name={nameOf(step.id)}
          step={step}
          status={statusOf(step.id)}
          mlflowUrl={stepRunUrl(mlflowUrl, step.mlflow_run_id)}
          plain={plainLine}
        />
      ) : (
        <RunSummary
          run={run}
          title={document?.name ?? "Run"}
          mlflowUrl={mlflowUrl}
          nameOf={nameOf}
          statusOf={statusOf}
          onVisit={(stepId) => {
            const canvas = canvasView();
            if (canvas) canvas.reveal(stepId);
            else select([stepId]);
          }}
        />
      )}
    </Box>
  );
}
