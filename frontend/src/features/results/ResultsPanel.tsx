/** What the shown run came to: the selected step's results, or the run's own summary. */
import Box from "@mui/material/Box";
import { useCatalog } from "@/api/queries";
import { shownStatus, type StepRunView } from "@/domain/run";
import { stepName } from "@/domain/text";
import { canvasView } from "@/stores/canvasView";
import { chooseStepRun, useRun, useShownStepRun, useStepRuns } from "@/stores/run";
import { select, soleStep, useSelection } from "@/stores/selection";
import { EmptyState } from "@/ui/EmptyState";
import { StepRunPicker } from "@/ui/StepRunPicker";
import { stepRunUrl } from "./artifacts";
import { plainLine } from "./plain";
import { RunSummary } from "./RunSummary";
import { StepResults } from "./StepResults";

export function ResultsPanel() {
  const state = useRun();
  const selected = useSelection(soleStep);
  const stepRuns = useStepRuns(selected);
  const step = useShownStepRun(selected);
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
    const latest = byId[stepId];
    return latest ? shownOf(latest) : "pending";
  };
  const shownOf = (stepRun: StepRunView) => shownStatus(stepRun, byId[stepRun.cause_step ?? ""]?.status);
  return (
    <Box component="section" aria-label="Results" sx={{ height: "100%", minHeight: 0 }}>
      {step ? (
        <StepResults
          key={`${step.id} ${step.iteration} ${step.attempt}`}
          runId={run.id}
          name={nameOf(step.id)}
          step={step}
          status={shownOf(step)}
          picker={
            <StepRunPicker
              stepRuns={stepRuns}
              shown={step}
              onChoose={(stepRun) =>
                chooseStepRun(stepRun && { stepId: stepRun.id, iteration: stepRun.iteration, attempt: stepRun.attempt })
              }
            />
          }
          retries={document?.steps.find((candidate) => candidate.id === step.id)?.policy.retries ?? 0}
          mlflowUrl={stepRunUrl(mlflowUrl, step.mlflow_run_id)}
          plain={plainLine}
        />
      ) : (
        <RunSummary
          run={run}
          asked={state.asked}
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
