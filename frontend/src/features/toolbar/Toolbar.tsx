/** The bar on top: which pipeline this is, what can be done with it, and the one prominent button that runs it. */

import "@/ui/toolbar.css";
import "./toolbar.css";
import AddBox from "@mui/icons-material/AddBoxOutlined";
import AutoAwesomeMosaic from "@mui/icons-material/AutoAwesomeMosaicOutlined";
import FolderOpen from "@mui/icons-material/FolderOpenOutlined";
import HelpOutline from "@mui/icons-material/HelpOutlineOutlined";
import OpenInNew from "@mui/icons-material/OpenInNew";
import Redo from "@mui/icons-material/Redo";
import RestartAlt from "@mui/icons-material/RestartAlt";
import Save from "@mui/icons-material/SaveOutlined";
import Search from "@mui/icons-material/Search";
import Undo from "@mui/icons-material/Undo";
import Button from "@mui/material/Button";
import Tooltip from "@mui/material/Tooltip";
import { CommandIconButton } from "@/commands/CommandIconButton";
import { keyText } from "@/commands/keys";
import { command } from "@/commands/table";
import { useCanRedo, useCanUndo } from "@/stores/document";
import { useRun } from "@/stores/run";
import { Logo } from "@/ui/Logo";
import { PipelineName } from "./PipelineName";
import { ProblemsChip } from "./ProblemsChip";
import { RunButton } from "./RunButton";
import { RunSummary } from "./RunSummary";
import { ThemeButton } from "./ThemeButton";

export function Toolbar() {
  const canUndo = useCanUndo();
  const canRedo = useCanRedo();
  const hasRun = useRun((state) => state.run !== null);
  const mlflowUrl = useRun((state) => state.mlflowUrl) ?? "/mlflow/";
  return (
    <header className="toolbar">
      <span className="toolbar-brand" title="octopus, the MLflow Pipeline Orchestrator">
        <Logo size={26} />
        <span className="toolbar-brand-word">octopus</span>
      </span>
      <PipelineName />
      <div className="toolbar-group" role="group" aria-label="Edit">
        <CommandIconButton command={command("undo")} icon={<Undo fontSize="small" />} isDisabled={!canUndo} />
        <CommandIconButton command={command("redo")} icon={<Redo fontSize="small" />} isDisabled={!canRedo} />
      </div>
      <div className="toolbar-space">
        <RunSummary />
      </div>
      <ProblemsChip />
      <div className="toolbar-group" role="group" aria-label="Pipeline">
        <CommandIconButton command={command("new")} icon={<AddBox fontSize="small" />} />
        <CommandIconButton command={command("templates")} icon={<AutoAwesomeMosaic fontSize="small" />} />
        <Labelled id="load" icon={<FolderOpen fontSize="small" />} />
        <Labelled id="save" icon={<Save fontSize="small" />} />
        <Labelled id="reset" icon={<RestartAlt fontSize="small" />} isDisabled={!hasRun} />
      </div>
      <div className="toolbar-group" role="group" aria-label="More">
        <Tooltip title="Open this run in MLflow's own pages">
          <Button
            color="inherit"
            href={mlflowUrl}
            target="_blank"
            rel="noreferrer"
            endIcon={<OpenInNew sx={{ fontSize: "14px !important" }} />}
          >
            MLflow
          </Button>
        </Tooltip>
        <CommandIconButton command={command("commands")} icon={<Search fontSize="small" />} />
        <CommandIconButton command={command("help")} icon={<HelpOutline fontSize="small" />} />
        <ThemeButton />
      </div>
      <RunButton />
    </header>
  );
}

function Labelled({ id, icon, isDisabled = false }: { id: string; icon: React.ReactNode; isDisabled?: boolean }) {
  const { label, keys, run } = command(id);
  const [first] = keys;
  return (
    <Tooltip title={first === undefined ? "" : keyText(first)}>
      <span>
        <Button color="inherit" startIcon={icon} onClick={run} disabled={isDisabled}>
          {label}
        </Button>
      </span>
    </Tooltip>
  );
}
