/** Zoom, fit, tidy up and direction, in a corner of the canvas. */

import AccountTree from "@mui/icons-material/AccountTree";
import Add from "@mui/icons-material/Add";
import FitScreen from "@mui/icons-material/FitScreen";
import Remove from "@mui/icons-material/Remove";
import SwapHoriz from "@mui/icons-material/SwapHoriz";
import SwapVert from "@mui/icons-material/SwapVert";
import { useStore } from "@xyflow/react";
import { command } from "@/commands/table";
import { useDocument } from "@/stores/document";
import { CommandIconButton } from "@/commands/CommandIconButton";

export function CanvasControls() {
  const direction = useDocument((state) => state.document.direction);
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  return (
    <div className="canvas-controls" role="toolbar" aria-label="View">
      <CommandIconButton command={command("zoom-out")} icon={<Remove fontSize="small" />} />
      <button type="button" className="canvas-zoom" title="Zoom to 100 %" onClick={command("zoom-full").run}>
        {zoom} %
      </button>
      <CommandIconButton command={command("zoom-in")} icon={<Add fontSize="small" />} />
      <CommandIconButton command={command("fit")} icon={<FitScreen fontSize="small" />} />
      <span className="canvas-controls-gap" />
      <CommandIconButton command={command("tidy")} icon={<AccountTree fontSize="small" />} />
      <CommandIconButton
        command={command("direction")}
        label={direction === "TB" ? "Draw left to right" : "Draw top to bottom"}
        icon={direction === "TB" ? <SwapHoriz fontSize="small" /> : <SwapVert fontSize="small" />}
      />
    </div>
  );
}
