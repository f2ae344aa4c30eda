/** How long something has taken; counts on while it goes on. */

import { useSyncExternalStore } from "react";
import { durationText, secondsBetween } from "@/domain/text";

const TICK_MS = 500;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

/** One clock for all cards. It stands still while nobody looks. */
export function onTick(listener: () => void): () => void {
  listeners.add(listener);
  now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    listeners.forEach((notify) => notify());
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds since 1970, as of the last tick. */
export function currentMoment(): number {
  return now;
}

export function Elapsed({ startedAt, endedAt }: { startedAt: string; endedAt: string | null }) {
  return endedAt === null ? (
    <Counting startedAt={startedAt} />
  ) : (
    <>{durationText(secondsBetween(startedAt, endedAt, 0))}</>
  );
}

function Counting({ startedAt }: { startedAt: string }) {
  const moment = useSyncExternalStore(onTick, currentMoment);
  return <>{durationText(secondsBetween(startedAt, null, moment))}</>;
}
