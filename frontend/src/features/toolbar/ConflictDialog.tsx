/** Somebody saved this pipeline in between: whose version shall it be? */

import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { overwrite, reload, saveAsCopy } from "@/live/saving";
import { useDocument } from "@/stores/document";

export function ConflictDialog({ onClose }: { onClose: () => void }) {
  const name = useDocument((state) => state.document.name);
  return (
    <Dialog open onClose={onClose} maxWidth="sm" aria-labelledby="conflict-title">
      <DialogTitle id="conflict-title">Somebody else has saved “{name}”</DialogTitle>
      <DialogContent>
        The pipeline on the server is newer than the one you began with. Nothing has been saved yet, and whatever you
        choose, both versions stay in its history or as a copy.
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Decide later</Button>
        <Button onClick={() => void reload()}>Reload theirs</Button>
        <Button onClick={() => void saveAsCopy()}>Save mine as a copy</Button>
        <Button variant="contained" onClick={() => void overwrite()}>
          Save mine over it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
