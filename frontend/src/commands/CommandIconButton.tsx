/** A command as an icon button with its name and keys. */

import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import type { ReactNode } from "react";
import type { Command } from "./command";
import { keyText } from "./keys";

interface Props {
  command: Command;
  icon: ReactNode;
  /** Instead of the command's. */
  label?: string;
  isDisabled?: boolean;
}

export function CommandIconButton({ command, icon, label = command.label, isDisabled = false }: Props) {
  const [keys] = command.keys;
  return (
    <Tooltip title={keys === undefined ? label : `${label} (${keyText(keys)})`}>
      <span>
        <IconButton aria-label={label} disabled={isDisabled} onClick={command.run}>
          {icon}
        </IconButton>
      </span>
    </Tooltip>
  );
}
