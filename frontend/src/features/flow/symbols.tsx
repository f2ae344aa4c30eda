/** The drawn icons of node types that bring no icon of their own, by the name the server gives. */

import AltRoute from "@mui/icons-material/AltRoute";
import Build from "@mui/icons-material/BuildOutlined";
import CallMerge from "@mui/icons-material/CallMerge";
import Code from "@mui/icons-material/Code";
import FilterAlt from "@mui/icons-material/FilterAltOutlined";
import Flag from "@mui/icons-material/FlagOutlined";
import Input from "@mui/icons-material/Input";
import Output from "@mui/icons-material/Output";
import PlayCircle from "@mui/icons-material/PlayCircleOutlined";
import Psychology from "@mui/icons-material/PsychologyOutlined";
import Replay from "@mui/icons-material/Replay";
import Settings from "@mui/icons-material/SettingsOutlined";
import SmartToy from "@mui/icons-material/SmartToyOutlined";
import Storage from "@mui/icons-material/StorageOutlined";
import Transform from "@mui/icons-material/Transform";
import type { FlowNode } from "@/domain/flow";

const SYMBOLS: Record<string, typeof Input> = {
  start: PlayCircle,
  end: Flag,
  input: Input,
  output: Output,
  storage: Storage,
  transform: Transform,
  process: Settings,
  filter: FilterAlt,
  agent: SmartToy,
  code: Code,
  tool: Build,
  model: Psychology,
  decision: AltRoute,
  join: CallMerge,
  loop: Replay,
};

/** What stands for the node beside its label; nothing for a node without either. */
export function NodeIcon({ icon, symbol }: Pick<FlowNode, "icon" | "symbol">) {
  if (icon !== null) {
    return (
      <span className="flow-node-icon" aria-hidden>
        {icon}
      </span>
    );
  }
  const Symbol = symbol === null ? undefined : SYMBOLS[symbol];
  return Symbol === undefined ? null : <Symbol className="flow-node-icon" sx={{ fontSize: 18 }} aria-hidden />;
}
