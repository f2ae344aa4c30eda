/** Seconds until a moment; nothing once it has passed. */

import { useSyncExternalStore } from "react";
import { durationText } from "@/domain/text";
import { currentMoment, onTick } from "./Elapsed";

/** `until`: milliseconds since 1970. */
export function Countdown({ until }: { until: number }) {
  const now = useSyncExternalStore(onTick, currentMoment);
  const left = (until - now) / 1000;
  return left > 0 ? <>{`, waiting ${durationText(Math.ceil(left))}`}</> : null;
}
