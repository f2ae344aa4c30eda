/** What would happen to each step if the pipeline were run now, as the server last foresaw it. Fed by live/planning. */

import { create } from "zustand";
import type { PlannedStep } from "@/api/types";

export interface Foresight {
  willReuse: boolean;
  willSkip: boolean;
  /** Why it will be reused, or what changed so that it runs. */
  why: string;
  /** null: it has not run yet. */
  lastDurationS: number | null;
}

interface ForesightState {
  byStep: Readonly<Record<string, Foresight>>;
  /** Steps without the earlier result that the last refused request needed, with what the server said. */
  missing: Readonly<Record<string, string>>;
}

export function foreseen(step: PlannedStep): Foresight {
  return {
    willReuse: step.will_reuse,
    willSkip: step.will_skip,
    why: step.why,
    lastDurationS: step.last_duration_s,
  };
}

export function foreseenText({ willReuse, willSkip, why }: Foresight): string {
  const what = willReuse ? "Up to date: will be reused" : willSkip ? "Will be skipped" : "Will run";
  return why === "" ? what : `${what}: ${why}`;
}

const NOTHING: ForesightState = { byStep: {}, missing: {} };

export const useForesight = create<ForesightState>()(() => NOTHING);

export function setForesight(byStep: ForesightState["byStep"]): void {
  useForesight.setState({ byStep });
}

export function setMissing(missing: ForesightState["missing"]): void {
  useForesight.setState({ missing });
}

export function clearForesight(): void {
  useForesight.setState(NOTHING);
}
