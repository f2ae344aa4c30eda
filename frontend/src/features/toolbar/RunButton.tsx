/** Run Pipeline, or Stop while a run is under way; beside it a menu of other ways to run. One click or double click is
 * one request. */

import PlayArrow from "@mui/icons-material/PlayArrow";
import Stop from "@mui/icons-material/Stop";
import Button from "@mui/material/Button";
import CircularProgress from "@mui/material/CircularProgress";
import Tooltip from "@mui/material/Tooltip";
import { keyText } from "@/commands/keys";
import { command } from "@/commands/table";
import { useRunRequest } from "@/live/running";
import { useDocument } from "@/stores/document";
import { isRunning, useRun } from "@/stores/run";
import { RunMenu } from "./RunMenu";

export function RunButton() {
  const running = useRun(isRunning);
  const isStopping = useRun((state) => state.run?.status === "cancelling");
  const request = useRunRequest((state) => state.request);
  const hasSteps = useDocument((state) => state.document.steps.length > 0);
  const { label, keys, run } = command(running ? "stop" : "run");
  const isBusy = request !== "none" || isStopping;
  const [first = ""] = keys;
  return (
    <span className="toolbar-run-group">
      <Tooltip title={keyText(first)}>
        <span>
          <Button
            variant="contained"
            color={running ? "error" : "primary"}
            className="toolbar-run"
            startIcon={isBusy ? <CircularProgress size={14} color="inherit" /> : running ? <Stop /> : <PlayArrow />}
            disabled={isBusy || (!running && !hasSteps)}
            onClick={(click) => {
              // The second click of a double click on Run lands on Stop, which has just taken its place.
              const isSecond = click.detail > 1;
              if (!(running && isSecond)) run();
            }}
          >
            {label}
          </Button>
        </span>
      </Tooltip>
      {!running && <RunMenu isDisabled={isBusy || !hasSteps} />}
    </span>
  );
}
