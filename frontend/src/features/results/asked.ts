/** What a run was asked for, where that is not simply everything: `only Train · profile prod · threshold 0.9`. */
import { valueText } from "@/domain/text";
import type { Asked } from "@/stores/run";

const SCOPES = { to: "up to", from: "from", only: "only" } as const;

export function askedText(
  { scope, profile, parameters, force, backend }: Asked,
  nameOf: (stepId: string) => string,
): string {
  const words: string[] = [];
  if (scope.mode === "failed") words.push("resumed");
  else if (scope.mode !== "all" && scope.step_id !== null) words.push(`${SCOPES[scope.mode]} ${nameOf(scope.step_id)}`);
  if (profile !== null) words.push(`profile ${profile}`);
  for (const [name, value] of Object.entries(parameters)) words.push(`${name} ${valueText(value)}`);
  if (force) words.push("earlier results ignored");
  if (backend !== null) words.push(`backend ${backend}`);
  return words.join(" · ");
}
