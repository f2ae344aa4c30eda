/** How many problems there are; a click lists them. */

import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import WarningAmber from "@mui/icons-material/WarningAmber";
import Button from "@mui/material/Button";
import { useProblems } from "@/stores/problems";
import { showTab } from "@/stores/ui";

export function ProblemsChip() {
  const problems = useProblems((state) => state.problems);
  if (problems.length === 0) return null;
  const hasErrors = problems.some((problem) => problem.severity === "error");
  const word = problems.length === 1 ? "problem" : "problems";
  return (
    <Button
      color={hasErrors ? "error" : "warning"}
      startIcon={hasErrors ? <ErrorOutlined /> : <WarningAmber />}
      onClick={() => showTab("problems")}
      aria-label={`${problems.length} ${word}`}
    >
      {problems.length}
      <span className="toolbar-word">{word}</span>
    </Button>
  );
}
