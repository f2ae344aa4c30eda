/** What the next run would do with the step: reuse its earlier result, or execute it, and why. */

import { durationText } from "@/domain/text";
import { foreseenText, type Foresight as Foreseen, useForesight } from "@/stores/foresight";
import { isRunning, useRun } from "@/stores/run";
import { StepIcon } from "@/ui/icons";

/** undefined while a run is under way: then the cards tell what happens, not what would. */
export function useForeseen(stepId: string): Foreseen | undefined {
  const isIdle = useRun((state) => !isRunning(state));
  const foreseen = useForesight((state) => state.byStep[stepId]);
  return isIdle ? foreseen : undefined;
}

/** In the foot of a card without a run. */
export function Foresight({ foreseen }: { foreseen: Foreseen }) {
  const { willReuse, willSkip, lastDurationS } = foreseen;
  return (
    <>
      <span className="card-foresight" data-foresight={willReuse ? "reuse" : "run"} title={foreseenText(foreseen)}>
        <StepIcon name={willReuse ? "CloudDone" : willSkip ? "SkipNext" : "PlayCircle"} size={14} />
        {willReuse ? "Up to date" : willSkip ? "Will be skipped" : "Will run"}
      </span>
      {lastDurationS !== null && (
        <span className="card-time" title="How long it took last time">
          {durationText(lastDurationS)}
        </span>
      )}
    </>
  );
}

/** On a card that shows how a run ended: the result it shows is not what the next run would use. */
export function StaleMark({ foreseen }: { foreseen: Foreseen }) {
  return (
    <span className="card-stale" data-foresight="run" title={`Has changed since. ${foreseenText(foreseen)}`}>
      <StepIcon name="Replay" size={14} />
    </span>
  );
}

/** The last request left this step out, and there is no earlier result of it. */
export function MissingResult({ message }: { message: string }) {
  return (
    <span className="card-foresight" data-foresight="missing" title={message}>
      <StepIcon name="Warning" size={14} />
      No earlier result
    </span>
  );
}
