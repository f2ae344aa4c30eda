/** Putting steps onto the canvas, from wherever: palette, drop, dialog, an uploaded data set. */

import type { JsonObject } from "@/domain/catalog";
import { addStep, setParams } from "@/domain/edit";
import { CARD_SIZE } from "@/domain/layout";
import type { PipelineDocument, Position } from "@/domain/pipeline";
import { canvasView } from "@/stores/canvasView";
import { edit, useDocument } from "@/stores/document";
import { select } from "@/stores/selection";
import { useUi } from "@/stores/ui";

const STACK_OFFSET = 28;

/** Adds a step as one gesture, selects it and answers its id. Without a position: at the centre of the view. */
export function addStepOfType(typeId: string, position?: Position, params: JsonObject = {}): string {
  const { document } = useDocument.getState();
  const wanted = position ?? canvasView()?.centre() ?? { x: 0, y: 0 };
  const added = addStep(document, { id: typeId }, position ? wanted : unoccupied(document, wanted));
  edit(() => (Object.keys(params).length > 0 ? setParams(added.document, added.stepId, params) : added.document));
  select([added.stepId]);
  useUi.setState({ isWelcoming: false });
  return added.stepId;
}

/** Lets cards that are added one after the other lie below one another instead of on top. */
function unoccupied(document: PipelineDocument, wanted: Position): Position {
  const isTaken = ({ x, y }: Position) =>
    document.steps.some(
      ({ position }) =>
        position !== null &&
        Math.abs(position.x - x) < CARD_SIZE.width &&
        Math.abs(position.y - y) < CARD_SIZE.height + STACK_OFFSET,
    );
  let position = wanted;
  while (isTaken(position)) position = { x: position.x, y: position.y + CARD_SIZE.height + STACK_OFFSET };
  return position;
}
