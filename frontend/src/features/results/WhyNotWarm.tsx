/** Why a step was started cold although nobody asked for that. */
import Typography from "@mui/material/Typography";
import type { StepRunView } from "@/domain/run";

export function WhyNotWarm({ step }: { readonly step: Pick<StepRunView, "backend" | "backend_reason"> }) {
  if (step.backend_reason === null) return null;
  return (
    <Typography variant="caption" component="p" sx={{ color: "text.secondary" }}>
      Started {step.backend}. {asSentence(step.backend_reason)}
    </Typography>
  );
}

function asSentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
