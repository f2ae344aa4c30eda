/** What the next run would do with the step: reuse its earlier result, or execute it, and why. */

import { durationText } from "@/domain/text";
import { type Foresight as Foreseen, useForesight } from "@/stores/foresight";
import { isRunning, useRun } from "@/stores/run";
import { StepIcon } from "@/ui/icons";

/** undefined while a run is under way: then the cards tell what happens, not what would. */
export function useForeseen(stepId: string): Foreseen | undefined {
  const isIdle = useRun((state) => !isRunning(state));
  const foreseen = useForesight((state) => state.byStep[stepId]);
  return isIdle ? foreseen : undefined;
}

/** The server says so in words only. */
export function willBeSkipped({ willReuse, why }: Foreseen): boolean {
  return !willReuse && /\bskipped\b/.test(why);
}

export function foreseenText(foreseen: Foreseen): string {
  const { willReuse, why } = foreseen;
  const what = willReuse ? "Up to date: will be reused" : willBeSkipped(foreseen) ? "Will be skipped" : "Will run";
  return why === "" ? what : `${what}: ${why}`;
}

/** In the foot of a card without a run. */
export function Foresight({ foreseen }: { foreseen: Foreseen }) {
  const { willReuse, lastDurationS } = foreseen;
  const isSkipped = willBeSkipped(foreseen);
  return (
    <>
      <span className="card-foresight" data-foresight={willReuse ? "reuse" : "run"} title={foreseenText(foreseen)}>
        <StepIcon name={willReuse ? "CloudDone" : isSkipped ? "SkipNext" : "PlayCircle"} size={14} />
        {willReuse ? "Up to date" : isSkipped ? "Will be skipped" : "Will run"}
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
