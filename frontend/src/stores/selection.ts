/** What is selected on the canvas. Never part of undo. */

import { create } from "zustand";

export interface SelectionState {
  stepIds: readonly string[];
  edgeIds: readonly string[];
}

const NOTHING: SelectionState = { stepIds: [], edgeIds: [] };

export const useSelection = create<SelectionState>()(() => NOTHING);

export function select(stepIds: readonly string[], edgeIds: readonly string[] = []): void {
  const { stepIds: oldSteps, edgeIds: oldEdges } = useSelection.getState();
  if (sameIds(oldSteps, stepIds) && sameIds(oldEdges, edgeIds)) return;
  useSelection.setState({ stepIds, edgeIds });
}

export function deselect(): void {
  select([], []);
}

/** The one selected step; null when none or several are. */
export function soleStep(state: SelectionState): string | null {
  return state.stepIds.length === 1 ? (state.stepIds[0] ?? null) : null;
}

/** The one selected edge; null when steps or several edges are. */
export function soleEdge(state: SelectionState): string | null {
  return state.stepIds.length === 0 && state.edgeIds.length === 1 ? (state.edgeIds[0] ?? null) : null;
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
