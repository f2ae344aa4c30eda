/** Why the step was run, reused, skipped or repeated: the rules that decided, in the server's words. */
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { getStepStory } from "@/api/calls";
import { errorText } from "@/api/errors";
import type { StepRunView } from "@/domain/run";

export function Story({ runId, step }: { readonly runId: string; readonly step: StepRunView }) {
  const { data, error, isPending } = useQuery({
    queryKey: ["story", runId, step.id, step.iteration, step.attempt, step.status],
    queryFn: () => getStepStory(runId, step.id),
  });
  if (isPending) return <Skeleton variant="rounded" height={80} />;
  if (error) {
    return (
      <Typography variant="body2" color="error">
        {errorText(error)}
      </Typography>
    );
  }
  return (
    <ol aria-label="Story of the step" style={{ margin: 0, paddingLeft: 24 }}>
      {data.lines.map((line, index) => (
        <Typography key={index} component="li" variant="body2" sx={{ py: 0.25 }}>
          {line}
        </Typography>
      ))}
    </ol>
  );
}
