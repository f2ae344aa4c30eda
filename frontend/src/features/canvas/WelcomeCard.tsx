/** The first visit: says in two lines what is on the canvas and what to do with it. Never in the way. */

import Close from "@mui/icons-material/Close";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import { openAsNew } from "@/live/opening";
import { isDirty, useDocument } from "@/stores/document";
import { useRun } from "@/stores/run";
import { useSelection } from "@/stores/selection";
import { openDialog, useUi } from "@/stores/ui";

const dismiss = () => useUi.setState({ isWelcoming: false });

export function WelcomeCard() {
  const isTouched = useDocument(isDirty);
  const hasRun = useRun((state) => state.run !== null);
  const hasSelection = useSelection((state) => state.stepIds.length > 0);
  if (isTouched || hasRun || hasSelection) return null;
  return (
    <aside className="welcome" aria-label="Welcome">
      <div className="welcome-head">
        <strong>Welcome to octopus</strong>
        <IconButton aria-label="Close the welcome" onClick={dismiss}>
          <Close fontSize="small" />
        </IconButton>
      </div>
      <p>
        This is a ready example. Press <b>Run Pipeline</b> and watch: every step is a real MLflow run. Select a step to
        change what it does.
      </p>
      <div className="welcome-actions">
        <Button variant="outlined" onClick={() => openDialog({ kind: "templates" })}>
          More templates
        </Button>
        <Button onClick={() => void openAsNew()}>Start empty</Button>
      </div>
    </aside>
  );
}
