/** Run Pipeline, or Stop while a run is under way. One click or double click is one request. */

import PlayArrow from "@mui/icons-material/PlayArrow";
import Stop from "@mui/icons-material/Stop";
import Button from "@mui/material/Button";
import CircularProgress from "@mui/material/CircularProgress";
import Tooltip from "@mui/material/Tooltip";
import { useEffect, useState } from "react";
import { keyText } from "@/commands/keys";
import { command } from "@/commands/table";
import { useRunRequest } from "@/live/running";
import { useDocument } from "@/stores/document";
import { isRunning, useRun } from "@/stores/run";

/** The second click of a double click must not land on the button that has just taken this one's place. */
const DOUBLE_CLICK_MS = 600;

export function RunButton() {
  const running = useRun(isRunning);
  const isStopping = useRun((state) => state.run?.status === "cancelling");
  const request = useRunRequest((state) => state.request);
  const hasSteps = useDocument((state) => state.document.steps.length > 0);
  const isSettled = useSettled(running);
  const { label, keys, run } = command(running ? "stop" : "run");
  const isBusy = request !== "none" || isStopping;
  const [first = ""] = keys;
  return (
    <Tooltip title={keyText(first)}>
      <span>
        <Button
          variant="contained"
          color={running ? "error" : "primary"}
          className="toolbar-run"
          startIcon={isBusy ? <CircularProgress size={14} color="inherit" /> : running ? <Stop /> : <PlayArrow />}
          disabled={isBusy || (!running && !hasSteps)}
          onClick={() => {
            if (isSettled()) run();
          }}
        >
          {label}
        </Button>
      </span>
    </Tooltip>
  );
}

/** Whether the button has been the same one for longer than a double click takes. */
function useSettled(running: boolean): () => boolean {
  const [since, setSince] = useState(0);
  useEffect(() => {
    if (running) setSince(performance.now());
  }, [running]);
  return () => !running || performance.now() - since > DOUBLE_CLICK_MS;
}
