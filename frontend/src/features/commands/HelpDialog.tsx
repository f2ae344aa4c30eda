/** Every key there is, from the same table that the keys work by. */

import "./help.css";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import type { Command } from "@/commands/command";
import { keyText } from "@/commands/keys";
import { command, COMMANDS } from "@/commands/table";

const WALKING = [
  { label: "Walk from step to step", keys: ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"] },
  { label: "Select everything upstream, downstream", keys: ["Shift+ArrowUp", "Shift+ArrowDown"] },
  { label: "Move the selected steps", keys: ["Alt+ArrowUp", "Alt+ArrowDown"] },
  { label: "Select an area with the mouse", keys: ["Shift+Drag"] },
];

export function HelpDialog({ onClose }: { onClose: () => void }) {
  const withKeys = COMMANDS.filter((one) => one.keys.length > 0);
  const groups = [...new Set(withKeys.map((one) => one.group))];
  return (
    <Dialog open onClose={onClose} maxWidth="md" aria-labelledby="help-title">
      <DialogTitle id="help-title">Keyboard</DialogTitle>
      <DialogContent>
        <div className="help">
          {groups.map((group) => (
            <Group key={group} title={group} rows={withKeys.filter((one) => one.group === group)} />
          ))}
          <Group title="On the canvas" rows={WALKING} />
        </div>
      </DialogContent>
      <DialogActions>
        <Button onClick={command("server").run} sx={{ mr: "auto" }}>
          {command("server").label}
        </Button>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

function Group({ title, rows }: { title: string; rows: readonly Pick<Command, "label" | "keys">[] }) {
  return (
    <section className="help-group">
      <h3>{title}</h3>
      {rows.map(({ label, keys }) => (
        <div key={label} className="help-row">
          <span>{label}</span>
          <span className="help-keys">
            {keys.map((combination) => (
              <kbd key={combination}>{keyText(combination)}</kbd>
            ))}
          </span>
        </div>
      ))}
    </section>
  );
}
