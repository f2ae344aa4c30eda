/** Walking the graph with the arrow keys, from card to card. */

import type { FocusEvent } from "react";
import { moveSteps } from "@/domain/edit";
import { findStep, predecessors, type Position, successors } from "@/domain/pipeline";
import { canvasView } from "@/stores/canvasView";
import { edit, useDocument } from "@/stores/document";
import { select, useSelection } from "@/stores/selection";

const NUDGE_PX = 10;
/** How much more a step to the side counts than one straight ahead. */
const SIDEWAYS_WEIGHT = 2;

const ARROWS: Record<string, Position> = {
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
};

/** A card that gets the focus from the keyboard becomes the selected one; a mouse says itself what it selects. */
export function focusesCard(focus: FocusEvent<HTMLElement>, stepId: string): void {
  if (focus.target === focus.currentTarget && focus.currentTarget.matches(":focus-visible")) {
    if (!useSelection.getState().stepIds.includes(stepId)) select([stepId]);
  }
}

/** Arrow: to the next card; Shift: select everything up- or downstream; Alt: move the selected cards. */
export function walk(press: Pick<KeyboardEvent, "key" | "shiftKey" | "altKey">, stepId: string): boolean {
  const way = ARROWS[press.key];
  if (way === undefined) return false;
  if (press.altKey) nudge(way);
  else if (press.shiftKey) selectAlong(stepId, way.x + way.y > 0);
  else focusNext(stepId, way);
  return true;
}

function nudge(way: Position): void {
  const { stepIds } = useSelection.getState();
  edit(
    (document) => {
      const moved = document.steps
        .filter((step) => stepIds.includes(step.id) && step.position !== null)
        .map((step) => {
          const { x, y } = step.position ?? { x: 0, y: 0 };
          return [step.id, { x: x + way.x * NUDGE_PX, y: y + way.y * NUDGE_PX }] as const;
        });
      return moveSteps(document, new Map(moved));
    },
    `nudge ${stepIds.join(" ")}`,
  );
}

function selectAlong(stepId: string, isDownstream: boolean): void {
  const { document } = useDocument.getState();
  const next = isDownstream ? successors : predecessors;
  const found = new Set([stepId]);
  for (const id of found) next(document, id).forEach((other) => found.add(other));
  select([...found]);
}

function focusNext(stepId: string, way: Position): void {
  const { document } = useDocument.getState();
  const from = findStep(document, stepId)?.position;
  if (!from) return;
  let best: { id: string; distance: number } | null = null;
  for (const { id, position } of document.steps) {
    if (id === stepId || position === null) continue;
    const [dx, dy] = [position.x - from.x, position.y - from.y];
    const ahead = dx * way.x + dy * way.y;
    if (ahead <= 0) continue;
    const distance = ahead + SIDEWAYS_WEIGHT * Math.abs(dx * way.y + dy * way.x);
    if (best === null || distance < best.distance) best = { id, distance };
  }
  if (best !== null) canvasView()?.reveal(best.id);
}
