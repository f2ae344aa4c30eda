/** Saving what is open under a new name, as a pipeline of its own. */
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { saveAsCopy } from "@/live/saving";
import { useDocument } from "@/stores/document";

const NAME_LIMIT = 200; // the server's limit for a name

export function SaveAsDialog({ onClose }: { readonly onClose: () => void }) {
  const current = useDocument((state) => state.document.name);
  const [name, setName] = useState(`${current} (copy)`);
  const [isBusy, setBusy] = useState(false);
  const isNamed = name.trim() !== "";
  const save = () => {
    setBusy(true);
    void saveAsCopy(name.trim()).finally(() => setBusy(false));
  };
  return (
    <Dialog open fullWidth maxWidth="xs" onClose={onClose} aria-labelledby="save-as-title">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isNamed && !isBusy) save();
        }}
      >
        <DialogTitle id="save-as-title">Save as</DialogTitle>
        <DialogContent>
          <TextField
            autoFocus
            label="Name"
            value={name}
            margin="dense"
            error={!isNamed}
            helperText={isNamed ? "The pipeline you opened stays as it is." : "A pipeline needs a name."}
            onChange={(event) => setName(event.target.value)}
            onFocus={(event) => event.target.select()}
            slotProps={{ htmlInput: { maxLength: NAME_LIMIT } }}
          />
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" disabled={!isNamed || isBusy}>
            Save
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
