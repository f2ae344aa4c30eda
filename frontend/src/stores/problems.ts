/** What is wrong with the document, as the server last said. Fed by live/validation. */

import { create } from "zustand";
import type { Problem } from "@/domain/problem";

interface ProblemState {
  problems: readonly Problem[];
  byStep: Readonly<Record<string, readonly Problem[]>>;
  /** false: the document has changed since, or the server has not answered yet. */
  isCurrent: boolean;
}

export const useProblems = create<ProblemState>()(() => ({ problems: [], byStep: {}, isCurrent: false }));

export function setProblems(problems: readonly Problem[]): void {
  const byStep: Record<string, Problem[]> = {};
  for (const problem of problems) {
    if (problem.step_id !== null) (byStep[problem.step_id] ??= []).push(problem);
  }
  useProblems.setState({ problems, byStep, isCurrent: true });
}

export function outdateProblems(): void {
  useProblems.setState({ isCurrent: false });
}

const NONE: readonly Problem[] = [];

export const useStepProblems = (stepId: string): readonly Problem[] =>
  useProblems((state) => state.byStep[stepId] ?? NONE);
