/** The edge of a panel that one drags, or moves with the arrow keys. */

import type { KeyboardEvent, PointerEvent } from "react";
import { type PanelSide, resizePanel, useUi } from "@/stores/ui";

const LIMITS: Record<PanelSide, { min: number; max: number }> = {
  palette: { min: 190, max: 420 },
  properties: { min: 280, max: 640 },
  bottom: { min: 120, max: 720 },
};
const KEY_STEP_PX = 16;
/** What the canvas keeps, however large the panels are made. */
const CANVAS_KEEPS_PX = 220;

export function ResizeEdge({ side, label }: { side: PanelSide; label: string }) {
  const size = useUi((state) => state.sizes[side]);
  const isVertical = side !== "bottom";
  // The palette grows to the right, the properties to the left, the bottom panel upwards.
  const sign = side === "palette" ? 1 : -1;

  const resize = (wanted: number) => {
    const { min, max } = LIMITS[side];
    const room = side === "bottom" ? window.innerHeight - CANVAS_KEEPS_PX : max;
    resizePanel(side, Math.max(min, Math.min(max, room, wanted)));
  };
  const onPointerDown = (down: PointerEvent<HTMLDivElement>) => {
    const edge = down.currentTarget;
    const start = isVertical ? down.clientX : down.clientY;
    edge.setPointerCapture(down.pointerId);
    const move = (moved: globalThis.PointerEvent) =>
      resize(size + sign * ((isVertical ? moved.clientX : moved.clientY) - start));
    const end = () => {
      edge.removeEventListener("pointermove", move);
      edge.removeEventListener("pointerup", end);
      edge.removeEventListener("pointercancel", end);
    };
    edge.addEventListener("pointermove", move);
    edge.addEventListener("pointerup", end);
    edge.addEventListener("pointercancel", end);
  };
  const onKeyDown = (press: KeyboardEvent) => {
    const [less, more] = isVertical ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    const way = press.key === more ? 1 : press.key === less ? -1 : 0;
    if (way === 0) return;
    press.preventDefault();
    resize(size + sign * way * KEY_STEP_PX);
  };
  return (
    <div
      className="resize-edge"
      data-side={side}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={isVertical ? "vertical" : "horizontal"}
      aria-valuenow={size}
      aria-valuemin={LIMITS[side].min}
      aria-valuemax={LIMITS[side].max}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  );
}
