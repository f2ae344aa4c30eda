/** The menus of the right mouse button, for a step, an edge and the canvas. Every entry is a command. */

import Divider from "@mui/material/Divider";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import Typography from "@mui/material/Typography";
import { keyText } from "@/commands/keys";
import { command } from "@/commands/table";
import type { MenuPlace } from "./menuPlace";

/** Ids of commands; null draws a line. */
const ENTRIES: Record<MenuPlace["kind"], readonly (string | null)[]> = {
  step: [
    "run-to",
    "run-from",
    "run-only",
    null,
    "properties",
    "rename",
    "connect",
    null,
    "duplicate",
    "copy",
    "cut",
    "toggle",
    "forget",
    null,
    "delete",
  ],
  edge: ["properties", null, "delete"],
  canvas: [
    "run",
    "run-with",
    null,
    "add-step",
    "paste",
    "select-all",
    null,
    "fit",
    "tidy",
    "direction",
    null,
    "undo",
    "redo",
  ],
};

export function ContextMenu({ place, onClose }: { place: MenuPlace; onClose: () => void }) {
  return (
    <Menu open onClose={onClose} anchorReference="anchorPosition" anchorPosition={{ left: place.x, top: place.y }}>
      {ENTRIES[place.kind].map((id, index) =>
        id === null ? <Divider key={`line ${index}`} /> : <Entry key={id} id={id} onClose={onClose} />,
      )}
    </Menu>
  );
}

function Entry({ id, onClose, ...rest }: { id: string; onClose: () => void }) {
  const { label, keys, isEnabled, run } = command(id);
  const choose = () => {
    onClose();
    run();
  };
  return (
    <MenuItem disabled={!isEnabled()} onClick={choose} {...rest}>
      <span>{label}</span>
      {keys[0] !== undefined && (
        <Typography variant="caption" color="textSecondary" sx={{ marginLeft: "auto", paddingLeft: 3 }}>
          {keyText(keys[0])}
        </Typography>
      )}
    </MenuItem>
  );
}
