/** The bar on top of a flow: what it is called, how its run is doing, and the buttons that run, stop and clear it. */

import "@/ui/toolbar.css";
import PlayArrow from "@mui/icons-material/PlayArrow";
import RestartAlt from "@mui/icons-material/RestartAlt";
import Stop from "@mui/icons-material/Stop";
import Button from "@mui/material/Button";
import CircularProgress from "@mui/material/CircularProgress";
import MenuItem from "@mui/material/MenuItem";
import Select from "@mui/material/Select";
import Tooltip from "@mui/material/Tooltip";
import { type ReactNode, useEffect } from "react";
import { isTyping, keyText, matches } from "@/commands/keys";
import { doneCount, runStatus } from "@/domain/flow";
import { chooseFlow, resetFlow, startFlowRun, stopFlowRun } from "@/live/flowRun";
import { isFlowRunning, shownFlow, useFlow } from "@/stores/flow";
import { Logo } from "@/ui/Logo";
import { StatusBadge } from "@/ui/StatusBadge";

const RUN_KEYS = "Ctrl+Enter";

/** `children`: further buttons. */
export function FlowToolbar({ children }: { children: ReactNode }) {
  const running = useFlow(isFlowRunning);
  const hasRun = useFlow(({ run, trouble }) => run !== null || trouble !== "");
  const request = useFlow((state) => state.request);
  const hasNodes = useFlow((state) => (shownFlow(state)?.nodes.length ?? 0) > 0);
  const isBusy = running || request === "start";
  useRunKeys();
  return (
    <header className="toolbar flow-toolbar">
      <span className="toolbar-brand" title="octopus, the MLflow Pipeline Orchestrator">
        <Logo size={26} />
        <span className="toolbar-brand-word">octopus</span>
      </span>
      <FlowName />
      <div className="toolbar-space">
        <Progress />
      </div>
      <div className="toolbar-group" role="group" aria-label="More">
        <Button color="inherit" startIcon={<RestartAlt fontSize="small" />} disabled={!hasRun} onClick={resetFlow}>
          Reset
        </Button>
        {children}
      </div>
      {running && (
        <Button
          variant="outlined"
          color="error"
          startIcon={<Stop />}
          disabled={request !== "none"}
          onClick={() => void stopFlowRun()}
        >
          Stop
        </Button>
      )}
      <Tooltip title={keyText(RUN_KEYS)}>
        <span>
          <Button
            variant="contained"
            className="toolbar-run"
            startIcon={isBusy ? <CircularProgress size={14} color="inherit" /> : <PlayArrow />}
            disabled={isBusy || !hasNodes}
            onClick={() => void startFlowRun()}
          >
            Run
          </Button>
        </span>
      </Tooltip>
    </header>
  );
}

function FlowName() {
  const page = useFlow((state) => state.page);
  const flowId = useFlow((state) => state.flowId);
  const flows = page?.flows ?? [];
  return (
    <div className="flow-name">
      <h1 title={page?.title}>{page?.title ?? ""}</h1>
      {flows.length > 1 && (
        <Select
          value={flowId ?? ""}
          onChange={(event) => chooseFlow(event.target.value)}
          SelectDisplayProps={{ "aria-label": "Flow" }}
          sx={{ "& .MuiSelect-select": { py: 0.5 } }}
        >
          {flows.map(({ id }) => (
            <MenuItem dense key={id} value={id}>
              {id}
            </MenuItem>
          ))}
        </Select>
      )}
    </div>
  );
}

function Progress() {
  const run = useFlow((state) => state.run);
  const isLost = useFlow(({ connection }) => connection === "lost");
  const count = useFlow((state) => shownFlow(state)?.nodes.length ?? 0);
  if (run === null) return null;
  return (
    <div className="run-summary" role="status">
      {isLost && run.end === null && <span className="run-summary-lost">Connection lost, trying again…</span>}
      <StatusBadge status={runStatus(run)} />
      {run.end === null && `${doneCount(run)} of ${count} nodes done`}
    </div>
  );
}

function useRunKeys(): void {
  useEffect(() => {
    const onKeyDown = (press: KeyboardEvent) => {
      if (!matches(RUN_KEYS, press) || isTyping(press.target)) return;
      press.preventDefault();
      void startFlowRun();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}
