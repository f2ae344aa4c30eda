/** Dropping a step type from the palette onto the canvas. */

import { useReactFlow } from "@xyflow/react";
import type { DragEvent } from "react";
import { addStepOfType } from "@/commands/adding";
import { STEP_TYPE_MIME } from "@/commands/dragging";
import { CARD_SIZE } from "@/domain/layout";

export function useDrop() {
  const { screenToFlowPosition } = useReactFlow();
  return {
    onDragOver: (drag: DragEvent) => {
      if (!drag.dataTransfer.types.includes(STEP_TYPE_MIME)) return;
      drag.preventDefault();
      drag.dataTransfer.dropEffect = "copy";
    },
    onDrop: (drop: DragEvent) => {
      const typeId = drop.dataTransfer.getData(STEP_TYPE_MIME);
      if (typeId === "") return;
      drop.preventDefault();
      const { x, y } = screenToFlowPosition({ x: drop.clientX, y: drop.clientY });
      addStepOfType(typeId, { x: x - CARD_SIZE.width / 2, y: y - CARD_SIZE.height / 2 });
    },
  };
}
