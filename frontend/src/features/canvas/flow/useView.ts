/** Fills in what others may ask of the canvas (stores/canvasView). */

import { useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect } from "react";
import { CARD_SIZE } from "@/domain/layout";
import { findStep } from "@/domain/pipeline";
import { setCanvasView } from "@/stores/canvasView";
import { useDocument } from "@/stores/document";
import { select } from "@/stores/selection";
import type { StepNode, WireEdge } from "./shapes";

const REVEAL_MARGIN_PX = 40;

/** Cards are never drawn larger than life just to fill the window. */
export const FIT = { padding: "48px", maxZoom: 1, minZoom: 0.1 } as const;

export function useView(surface: RefObject<HTMLElement | null>): void {
  const flow = useReactFlow<StepNode, WireEdge>();
  useEffect(() => {
    const motion = () => (window.matchMedia("(prefers-reduced-motion: reduce)").matches ? {} : { duration: 160 });
    const box = () => surface.current?.getBoundingClientRect() ?? new DOMRect();

    const isVisible = (stepId: string) => {
      const position = findStep(useDocument.getState().document, stepId)?.position;
      if (!position) return true;
      const { x, y } = flow.flowToScreenPosition(position);
      const { left, top, right, bottom } = box();
      const [width, height] = [CARD_SIZE.width * flow.getZoom(), CARD_SIZE.height * flow.getZoom()];
      return (
        x > left + REVEAL_MARGIN_PX &&
        y > top + REVEAL_MARGIN_PX &&
        x + width < right - REVEAL_MARGIN_PX &&
        y + height < bottom - REVEAL_MARGIN_PX
      );
    };

    setCanvasView({
      centre: () => {
        const { left, top, width, height } = box();
        const middle = flow.screenToFlowPosition({ x: left + width / 2, y: top + height / 2 });
        return { x: middle.x - CARD_SIZE.width / 2, y: middle.y - CARD_SIZE.height / 2 };
      },
      // The next frame: React Flow has to have drawn what was opened just now.
      fit: () => void requestAnimationFrame(() => void flow.fitView({ ...FIT, ...motion() })),
      zoomIn: () => void flow.zoomIn(motion()),
      zoomOut: () => void flow.zoomOut(motion()),
      zoomToFull: () => void flow.zoomTo(1, motion()),
      reveal: (stepId) => {
        select([stepId]);
        const step = findStep(useDocument.getState().document, stepId);
        if (step?.position && !isVisible(stepId)) {
          const { x, y } = step.position;
          void flow.setCenter(x + CARD_SIZE.width / 2, y + CARD_SIZE.height / 2, { zoom: flow.getZoom(), ...motion() });
        }
        const card = surface.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(stepId)}"]`);
        card?.focus({ preventScroll: true });
      },
    });
    return () => setCanvasView(null);
  }, [flow, surface]);
}
