/** One step type in the palette. */

import { type DragEvent, type KeyboardEvent, memo } from "react";
import { addStepOfType } from "@/commands/adding";
import { STEP_TYPE_MIME } from "@/commands/dragging";
import type { StepType } from "@/domain/catalog";
import { Tile } from "@/ui/Tile";
import { firstSentence } from "./search";

export const PaletteItem = memo(function PaletteItem({ stepType }: { stepType: StepType }) {
  const add = () => void addStepOfType(stepType.id);
  const onDragStart = (drag: DragEvent) => {
    drag.dataTransfer.setData(STEP_TYPE_MIME, stepType.id);
    drag.dataTransfer.setData("text/plain", stepType.title);
    drag.dataTransfer.effectAllowed = "copy";
  };
  const onKeyDown = (press: KeyboardEvent<HTMLElement>) => {
    if (press.key === "Enter" || press.key === " ") {
      press.preventDefault();
      add();
    }
    if (press.key === "ArrowDown" || press.key === "ArrowUp") {
      press.preventDefault();
      focusNeighbour(press.currentTarget, press.key === "ArrowDown" ? 1 : -1);
    }
  };
  return (
    <div
      className="palette-item"
      role="option"
      aria-selected={false}
      aria-label={stepType.title}
      tabIndex={0}
      draggable
      title={`${stepType.doc}\n\nDrag onto the canvas, or double-click.`}
      onDragStart={onDragStart}
      onDoubleClick={add}
      onKeyDown={onKeyDown}
    >
      <Tile icon={stepType.icon} colour={stepType.colour} isSmall />
      <span className="palette-words">
        <span className="palette-title">{stepType.title}</span>
        <span className="palette-doc">{firstSentence(stepType.doc)}</span>
      </span>
    </div>
  );
});

function focusNeighbour(item: HTMLElement, way: 1 | -1): void {
  const items = [...(item.closest(".palette-list")?.querySelectorAll<HTMLElement>(".palette-item") ?? [])];
  items[items.indexOf(item) + way]?.focus();
}
