/** Finding step types by what is typed, and grouping them by category in the catalog's order. */

import type { StepType } from "@/domain/catalog";

/** Every word typed has to occur somewhere; those with a hit in the title come first. */
export function search(stepTypes: readonly StepType[], typed: string): readonly StepType[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return stepTypes;
  const inTitle = (stepType: StepType) => words.every((word) => stepType.title.toLowerCase().includes(word));
  const anywhere = ({ id, title, category, doc }: StepType) => {
    const text = `${id} ${title} ${category} ${doc}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const found = stepTypes.filter(anywhere);
  return [...found.filter(inTitle), ...found.filter((stepType) => !inTitle(stepType))];
}

export interface CategoryGroup {
  category: string;
  stepTypes: StepType[];
}

export function groupByCategory(stepTypes: readonly StepType[]): CategoryGroup[] {
  const groups = new Map<string, StepType[]>();
  for (const stepType of stepTypes) {
    const members = groups.get(stepType.category) ?? [];
    groups.set(stepType.category, members);
    members.push(stepType);
  }
  return [...groups].map(([category, members]) => ({ category, stepTypes: members }));
}

export function firstSentence(doc: string): string {
  const [paragraph = ""] = doc.split("\n\n");
  return /^.*?[.!?](?=\s|$)/s.exec(paragraph)?.[0] ?? paragraph;
}
