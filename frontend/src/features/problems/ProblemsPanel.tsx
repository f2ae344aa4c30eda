/** Everything that is wrong with the pipeline; a click goes where it is. */
import ErrorIcon from "@mui/icons-material/ErrorOutlined";
import WarningIcon from "@mui/icons-material/WarningAmber";
import Box from "@mui/material/Box";
import List from "@mui/material/List";
import ListItemButton from "@mui/material/ListItemButton";
import Typography from "@mui/material/Typography";
import { useCatalog } from "@/api/queries";
import { findEdge, findStep, type PipelineDocument } from "@/domain/pipeline";
import { parameterOf, type Problem } from "@/domain/problem";
import { type Catalog, parameterSchemas } from "@/domain/catalog";
import { stepName } from "@/domain/text";
import { canvasView } from "@/stores/canvasView";
import { useDocument } from "@/stores/document";
import { useProblems } from "@/stores/problems";
import { select } from "@/stores/selection";
import { focusParam, setPanelOpen } from "@/stores/ui";
import { CodeText } from "@/ui/CodeText";
import { EmptyState } from "@/ui/EmptyState";
import { placeText, sortProblems } from "./place";

export function ProblemsPanel() {
  const problems = useProblems((state) => state.problems);
  const isCurrent = useProblems((state) => state.isCurrent);
  const document = useDocument((state) => state.document);
  const catalog = useCatalog();
  if (problems.length === 0) {
    return document.steps.length === 0 ? (
      <EmptyState title="Nothing to check yet" text="Problems of the pipeline are listed here while you draw it." />
    ) : (
      <EmptyState
        title={isCurrent ? "No problems" : "Checking…"}
        text={isCurrent ? "The pipeline is ready to run." : ""}
      />
    );
  }
  return (
    <List dense disablePadding aria-label="Problems" sx={{ height: "100%", overflow: "auto", py: 0.5 }}>
      {sortProblems(problems).map((problem) => (
        <li key={`${problem.pointer} ${problem.code} ${problem.message}`}>
          <Row
            problem={problem}
            place={placeText(problem, namesOf(document, catalog, problem))}
            onVisit={() => visit(document, problem)}
          />
        </li>
      ))}
    </List>
  );
}

function Row({
  problem,
  place,
  onVisit,
}: {
  readonly problem: Problem;
  readonly place: string;
  readonly onVisit: () => void;
}) {
  const isError = problem.severity === "error";
  const Icon = isError ? ErrorIcon : WarningIcon;
  return (
    <ListItemButton onClick={onVisit} sx={{ gap: 1.25, py: 0.5, px: 1.5, alignItems: "flex-start" }}>
      <Icon
        titleAccess={isError ? "Error" : "Warning"}
        sx={{ fontSize: 18, mt: "1px", color: isError ? "error.main" : "warning.main" }}
      />
      <Box sx={{ minWidth: 0 }}>
        <Typography variant="body2" sx={{ overflowWrap: "anywhere" }}>
          <CodeText text={problem.message} />
        </Typography>
        <Typography variant="caption" component="div" sx={{ color: "text.secondary" }}>
          {place}
        </Typography>
      </Box>
    </ListItemButton>
  );
}

function namesOf(document: PipelineDocument, catalog: Catalog, problem: Problem) {
  const step = problem.step_id === null ? undefined : findStep(document, problem.step_id);
  const stepType = step && catalog.get(step.type);
  const parameter = parameterOf(problem);
  const title = stepType && parameter !== null ? parameterSchemas(stepType)[parameter]?.title : undefined;
  return { step: step ? stepName(step, stepType) : null, parameter: typeof title === "string" ? title : parameter };
}

/** Selects what the problem is about and brings the cursor to its field. */
function visit(document: PipelineDocument, problem: Problem) {
  if (problem.step_id === null) {
    if (problem.edge_id !== null && findEdge(document, problem.edge_id)) select([], [problem.edge_id]);
    return;
  }
  const canvas = canvasView();
  if (canvas) canvas.reveal(problem.step_id);
  else select([problem.step_id]);
  setPanelOpen("properties", true);
  const parameter = parameterOf(problem);
  if (parameter !== null) focusParam(problem.step_id, parameter);
}
