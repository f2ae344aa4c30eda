/** What a line of the log shows beside its text. */

/** `09:05:01.250`, in the reader's time zone. */
export function clockText(at: string): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return "";
  const two = (value: number) => String(value).padStart(2, "0");
  const milliseconds = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}

export const STEP_COLOURS = 8;

/** Which of the step colours a step has: by its place in the run, so that neighbours differ. */
export function stepColour(stepIds: readonly string[], stepId: string): number {
  const place = stepIds.indexOf(stepId);
  return place < 0 ? 0 : place % STEP_COLOURS;
}
