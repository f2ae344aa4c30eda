/** The pipeline's own fields as they are typed. */
import type { Direction, PipelineDocument } from "@/domain/pipeline";

export interface General {
  name: string;
  description: string;
  direction: Direction;
  maxParallel: string;
  timeoutS: string;
  experiment: string;
}

const MOST_AT_ONCE = 1024;
const A_YEAR_S = 31_536_000;
const NAME_LIMIT = 200;

export function generalOf({ name, description, direction, settings }: PipelineDocument): General {
  return {
    name,
    description,
    direction,
    maxParallel: settings.max_parallel === null ? "" : String(settings.max_parallel),
    timeoutS: settings.timeout_s === null ? "" : String(settings.timeout_s),
    experiment: settings.experiment ?? "",
  };
}

export function generalFaults(general: General): Partial<Record<keyof General, string>> {
  const parallel = Number(general.maxParallel);
  const timeout = Number(general.timeoutS);
  const faults: Partial<Record<keyof General, string>> = {};
  if (general.name.trim() === "") faults.name = "A pipeline needs a name.";
  if (isTyped(general.maxParallel) && !(Number.isInteger(parallel) && parallel >= 1 && parallel <= MOST_AT_ONCE)) {
    faults.maxParallel = `A whole number from 1 to ${MOST_AT_ONCE}.`;
  }
  if (isTyped(general.timeoutS) && !(timeout > 0 && timeout <= A_YEAR_S)) faults.timeoutS = "Seconds, more than 0.";
  if (general.experiment.length > NAME_LIMIT) faults.experiment = `At most ${NAME_LIMIT} characters.`;
  return faults;
}

/** `general` is without faults. */
export function withGeneral(document: PipelineDocument, general: General): PipelineDocument {
  const { name, description, direction, maxParallel, timeoutS, experiment } = general;
  return {
    ...document,
    name: name.trim(),
    description,
    direction,
    settings: {
      max_parallel: isTyped(maxParallel) ? Number(maxParallel) : null,
      timeout_s: isTyped(timeoutS) ? Number(timeoutS) : null,
      experiment: isTyped(experiment) ? experiment.trim() : null,
    },
  };
}

function isTyped(text: string): boolean {
  return text.trim() !== "";
}
