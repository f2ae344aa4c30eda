/** What a run would do, asked anew whenever it is opened: per step whether it runs, and the command it runs. */
import "./plan.css";
import Alert from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { planRun } from "@/api/calls";
import { wholeErrorText } from "@/api/errors";
import type { PlannedStep } from "@/api/types";
import { runSource } from "@/live/source";
import { foreseen, foreseenText } from "@/stores/foresight";
import { notify } from "@/stores/notices";

export function PlanDialog({ onClose }: { readonly onClose: () => void }) {
  const { data, error, isPending } = useQuery({
    queryKey: ["plan"],
    queryFn: ({ signal }) => planRun(runSource(), signal),
    gcTime: 0,
  });
  return (
    <Dialog open fullWidth maxWidth="md" onClose={onClose} aria-labelledby="plan-title">
      <DialogTitle id="plan-title">Plan</DialogTitle>
      <DialogContent dividers sx={{ display: "grid", gap: 2, alignContent: "start" }}>
        {error && <Alert severity="error">There is no plan. {wholeErrorText(error)}</Alert>}
        {isPending && <Skeleton variant="rounded" height={240} aria-label="Asking for the plan" />}
        {data && (
          <>
            <Note />
            <ol className="plan" aria-label="Steps in the order they run">
              {data.steps.map((step) => (
                <Planned key={step.id} step={step} />
              ))}
            </ol>
          </>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

function Note() {
  return (
    <Typography variant="body2" className="plan-note" sx={{ color: "text.secondary" }}>
      The commands as you would type them; what is in <code>&lt;…&gt;</code> is known when the step starts. A step that
      goes warm runs the same with <code>--backend octopus-warm</code>, which saves it the imports.
    </Typography>
  );
}

function Planned({ step }: { readonly step: PlannedStep }) {
  const copy = () =>
    navigator.clipboard.writeText(step.command).then(
      () => notify("success", `The command of ${step.title} is copied.`),
      () => notify("error", "The browser does not allow copying here."),
    );
  const what = foreseenText(foreseen(step));
  return (
    <li>
      <div className="plan-head">
        <h3>{step.title}</h3>
        <span className="plan-what" title={what}>
          {what}
        </span>
        <Button size="small" aria-label={`Copy the command of ${step.title}`} onClick={() => void copy()}>
          Copy
        </Button>
      </div>
      <pre className="plan-command">{step.command}</pre>
    </li>
  );
}
