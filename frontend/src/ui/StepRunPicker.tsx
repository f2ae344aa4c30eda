/** Which iteration and attempt of a step is shown. Nothing is drawn where there is only one. */

import MenuItem from "@mui/material/MenuItem";
import Select from "@mui/material/Select";
import { shownStatus, type StepRunView } from "@/domain/run";
import { STATUS_WORDS } from "@/domain/status";
import { stepRunName } from "@/domain/text";

interface Props {
  stepRuns: readonly StepRunView[];
  shown: StepRunView | undefined;
  /** null: the latest, also when another one begins. */
  onChoose: (stepRun: StepRunView | null) => void;
}

export function StepRunPicker({ stepRuns, shown, onChoose }: Props) {
  if (stepRuns.length < 2 || shown === undefined) return null;
  const last = stepRuns.length - 1;
  const hasAttempts = stepRuns.some((run) => run.attempt > 1);
  return (
    <Select
      size="small"
      value={String(stepRuns.indexOf(shown))}
      onChange={(event) => {
        const index = Number(event.target.value);
        onChoose(index === last ? null : (stepRuns[index] ?? null));
      }}
      SelectDisplayProps={{ "aria-label": "Iteration and attempt" }}
      sx={{ flexShrink: 0, "& .MuiSelect-select": { py: 0.5, fontSize: 12.5 } }}
    >
      {stepRuns.map((run, index) => (
        <MenuItem dense key={`${run.iteration} ${run.attempt}`} value={String(index)}>
          {stepRunName(run, hasAttempts)} · {STATUS_WORDS[shownStatus(run, undefined)].toLowerCase()}
          {index === last ? " (latest)" : ""}
        </MenuItem>
      ))}
    </Select>
  );
}
