/** How the steps of a run are started, unless their own policy says it. */
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { useHealth } from "@/api/queries";
import type { BackendName } from "@/domain/pipeline";

export type BackendChoice = BackendName | "automatic";

const CHOICES: readonly (readonly [BackendChoice, string])[] = [
  ["automatic", "Automatic (warm)"],
  ["warm", "Warm"],
  ["cold", "Cold"],
];
const HELP: Record<BackendChoice, string> = {
  automatic: "Warm wherever it can be, else cold.",
  warm: "Steps start at once, from a process with everything imported.",
  cold: "Every step starts a process of its own and imports everything anew.",
};

interface Props {
  readonly choice: BackendChoice;
  readonly onChange: (choice: BackendChoice) => void;
}

export function BackendField({ choice, onChange }: Props) {
  const { data } = useHealth();
  const reason = choice === "cold" || data === undefined ? "" : data.backends.warm_reason;
  return (
    <TextField
      select
      label="Backend"
      value={choice}
      onChange={(change) => onChange(change.target.value as BackendChoice)}
      helperText={reason === "" ? HELP[choice] : `The warm backend is not ready (${reason}): steps start cold.`}
      sx={{ mt: 1 }}
    >
      {CHOICES.map(([value, label]) => (
        <MenuItem dense key={value} value={value}>
          {label}
        </MenuItem>
      ))}
    </TextField>
  );
}
