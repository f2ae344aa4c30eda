/** A new label for a step. An empty one means the name of its type. */

import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import TextField from "@mui/material/TextField";
import { useState } from "react";
import { useCatalog } from "@/api/queries";
import { setLabel } from "@/domain/edit";
import { findStep } from "@/domain/pipeline";
import { edit, useDocument } from "@/stores/document";

const LABEL_LIMIT = 200;

export function RenameDialog({ stepId, onClose }: { stepId: string; onClose: () => void }) {
  const step = useDocument((state) => findStep(state.document, stepId));
  const title = useCatalog().get(step?.type ?? "")?.title ?? step?.type ?? "";
  const [label, setTyped] = useState(step?.label ?? "");
  const finish = () => {
    edit((document) => setLabel(document, stepId, label));
    onClose();
  };
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth aria-labelledby="rename-title">
      <form
        onSubmit={(submit) => {
          submit.preventDefault();
          finish();
        }}
      >
        <DialogTitle id="rename-title">Rename the step</DialogTitle>
        <DialogContent>
          <TextField
            autoFocus
            value={label}
            placeholder={title}
            onChange={(change) => setTyped(change.target.value)}
            slotProps={{ htmlInput: { "aria-label": "Name of the step", maxLength: LABEL_LIMIT } }}
          />
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="contained" type="submit">
            Rename
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
