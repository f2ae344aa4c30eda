/** Why a step did not end well, what it printed last, and what to do next. */
import Alert from "@mui/material/Alert";
import AlertTitle from "@mui/material/AlertTitle";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { getLog } from "@/api/calls";
import type { LogLine } from "@/domain/event";
import type { StepRunView } from "@/domain/run";
import { STATUS_WORDS } from "@/domain/status";
import { attemptLines, useLogs } from "@/stores/logs";
import { showTab } from "@/stores/ui";
import { advice, exitCodeText } from "./advice";
import { keyOf } from "./Artifacts";
import "./results.css";

const LAST_LINES = 12;
const BAD = ["failed", "timed_out", "lost"];

interface FailureProps {
  readonly runId: string;
  readonly step: StepRunView;
  /** Log text without escape sequences. */
  readonly plain: (text: string) => string;
}

export function Failure({ runId, step, plain }: FailureProps) {
  const isBad = BAD.includes(step.status);
  const wasStarted = step.started_at !== null;
  const lines = useLastLines(runId, step, isBad);
  if (!isBad && step.reason === "") return null;
  return (
    <Alert
      severity={isBad ? "error" : "info"}
      variant="outlined"
      sx={{ alignItems: "flex-start", "& .MuiAlert-message": { minWidth: 0, flex: 1 } }}
      action={
        isBad &&
        wasStarted && (
          <Button size="small" color="inherit" onClick={() => showTab("logs")}>
            Open the log
          </Button>
        )
      }
    >
      <AlertTitle sx={{ fontSize: 13.5, fontWeight: 600, mb: 0.25, overflowWrap: "anywhere" }}>
        {step.reason === "" ? STATUS_WORDS[step.status] : step.reason}
      </AlertTitle>
      <Box sx={{ fontSize: 12.5 }}>
        {isBad && wasStarted && `Exit code ${exitCodeText(step.exit_code)}. `}
        {advice(step)}
      </Box>
      {lines.length > 0 && (
        <pre
          className="res-pre"
          aria-label="Last lines it printed"
          tabIndex={0}
          style={{ marginTop: 8, maxHeight: 200 }}
        >
          {lines.map((line) => plain(line.text)).join("\n")}
        </pre>
      )}
    </Alert>
  );
}

function useLastLines(runId: string, step: StepRunView, isWanted: boolean): readonly LogLine[] {
  useLogs((state) => state.version);
  const here = attemptLines(step.id, step.iteration, step.attempt).slice(-LAST_LINES);
  const { data } = useQuery({
    queryKey: ["last-lines", runId, step.id, step.iteration, step.attempt],
    queryFn: () => getLog(runId, step.id, { ...keyOf(step), limit: 10_000 }),
    enabled: isWanted && here.length === 0 && step.started_at !== null,
  });
  if (!isWanted) return [];
  return here.length > 0 ? here : (data?.lines.slice(-LAST_LINES) ?? []);
}
