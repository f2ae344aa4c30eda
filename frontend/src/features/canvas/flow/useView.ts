/** Fills in what others may ask of the canvas (stores/canvasView). */

import { getViewportForBounds, type Rect, useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect } from "react";
import { CARD_SIZE } from "@/domain/layout";
import { findStep, type PipelineDocument } from "@/domain/pipeline";
import { setCanvasView } from "@/stores/canvasView";
import { useDocument } from "@/stores/document";
import { select, soleStep, useSelection } from "@/stores/selection";
import type { StepNode, WireEdge } from "./shapes";

const REVEAL_MARGIN_PX = 40;

/** Room for the legend above the drawing and the controls below it. */
const FIT_MARGIN_PX = 52;
const MIN_ZOOM = 0.1;
/** Cards are never drawn larger than life just to fill the window. */
const FIT_MAX_ZOOM = 1;

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
      fit: () => {
        const { width, height } = box();
        const bounds = boundsOf(useDocument.getState().document);
        const viewport = getViewportForBounds(bounds, width, height, MIN_ZOOM, FIT_MAX_ZOOM, `${FIT_MARGIN_PX}px`);
        void flow.setViewport(viewport);
      },
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
    const stopWatching = whenNarrowed(surface.current, (right) => {
      const stepId = soleStep(useSelection.getState());
      const position = stepId === null ? null : findStep(useDocument.getState().document, stepId)?.position;
      if (!position) return;
      const { x, y, zoom } = flow.getViewport();
      const hidden = flow.flowToScreenPosition(position).x + CARD_SIZE.width * zoom + REVEAL_MARGIN_PX - right;
      if (hidden > 0) void flow.setViewport({ x: x - hidden, y, zoom });
    });
    return () => {
      stopWatching();
      setCanvasView(null);
    };
  }, [flow, surface]);
}

/** The selected card stays in view when the properties panel opens beside the canvas. */
function whenNarrowed(element: HTMLElement | null, narrowed: (right: number) => void): () => void {
  if (element === null) return () => undefined;
  let width = element.clientWidth;
  const observer = new ResizeObserver(() => {
    if (element.clientWidth < width) narrowed(element.getBoundingClientRect().right);
    width = element.clientWidth;
  });
  observer.observe(element);
  return () => observer.disconnect();
}

/** Computed from the document, so that it also holds for what has been opened just now and is not drawn yet. */
function boundsOf(document: PipelineDocument): Rect {
  const positions = document.steps.map((step) => step.position ?? { x: 0, y: 0 });
  const xs = positions.map(({ x }) => x);
  const ys = positions.map(({ y }) => y);
  const [x, y] = [Math.min(...xs, Infinity), Math.min(...ys, Infinity)];
  if (!Number.isFinite(x)) return { x: 0, y: 0, ...CARD_SIZE };
  return {
    x,
    y,
    width: Math.max(...xs) - x + CARD_SIZE.width,
    height: Math.max(...ys) - y + CARD_SIZE.height,
  };
}
