/** The other ways to run: up to, from or only the selected step, what failed, or with other parameters; and what a run
 * would do. */

import ArrowDropDown from "@mui/icons-material/ArrowDropDown";
import Button from "@mui/material/Button";
import Divider from "@mui/material/Divider";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { keyText } from "@/commands/keys";
import { command } from "@/commands/table";

const ENTRIES = ["run", null, "run-to", "run-from", "run-only", null, "resume", "run-with", null, "plan"] as const;
const LABELS: Partial<Record<string, string>> = { run: "Run all" };

/** Why an entry cannot be chosen. */
const REFUSALS: Partial<Record<string, string>> = {
  "run-to": "select a step",
  "run-from": "select a step",
  "run-only": "select a step",
  resume: "no failed run is shown",
};

export function RunMenu({ isDisabled }: { isDisabled: boolean }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Tooltip title="More ways to run">
        <span>
          <Button
            variant="contained"
            className="toolbar-run-menu"
            aria-label="More ways to run"
            aria-haspopup="menu"
            aria-expanded={anchor !== null}
            disabled={isDisabled}
            onClick={(click) => setAnchor(click.currentTarget)}
          >
            <ArrowDropDown />
          </Button>
        </span>
      </Tooltip>
      <Menu
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: "bottom", horizontal: "right" }}
        transformOrigin={{ vertical: "top", horizontal: "right" }}
      >
        {ENTRIES.map((id, index) =>
          id === null ? <Divider key={`line ${index}`} /> : <Entry key={id} id={id} onClose={() => setAnchor(null)} />,
        )}
      </Menu>
    </>
  );
}

function Entry({ id, onClose, ...rest }: { id: string; onClose: () => void }) {
  const { label, keys, isEnabled, run } = command(id);
  const [first] = keys;
  const isPossible = isEnabled();
  const hint = isPossible ? (first === undefined ? "" : keyText(first)) : (REFUSALS[id] ?? "");
  return (
    <MenuItem
      disabled={!isPossible}
      onClick={() => {
        onClose();
        run();
      }}
      {...rest}
    >
      <span>{LABELS[id] ?? label}</span>
      <Typography variant="caption" color="textSecondary" sx={{ marginLeft: "auto", paddingLeft: 3 }}>
        {hint}
      </Typography>
    </MenuItem>
  );
}
