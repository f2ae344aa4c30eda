/** Asks before something that cannot be taken back. */

import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";

interface Props {
  title: string;
  text: string;
  /** What the button that does it says. */
  confirm: string;
  isDangerous: boolean;
  run: () => void;
  onClose: () => void;
}

export function ConfirmDialog({ title, text, confirm, isDangerous, run, onClose }: Props) {
  return (
    <Dialog open onClose={onClose} maxWidth="xs" aria-labelledby="confirm-title">
      <DialogTitle id="confirm-title">{title}</DialogTitle>
      <DialogContent>{text}</DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          variant="contained"
          color={isDangerous ? "error" : "primary"}
          autoFocus
          onClick={() => {
            onClose();
            run();
          }}
        >
          {confirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
