/** What others may ask of the canvas (zoom, reveal a step, where is the middle): filled in by features/canvas while it
 * is on the screen, so that nobody else needs to know the drawing library. */

import { create } from "zustand";
import type { Position } from "@/domain/pipeline";

export interface CanvasView {
  /** Where a new card has to lie so that it sits in the middle of what is visible. */
  centre: () => Position;
  fit: () => void;
  zoomIn: () => void;
  zoomOut: () => void;
  zoomToFull: () => void;
  /** Selects a step, brings it into view and gives it the focus. */
  reveal: (stepId: string) => void;
}

export const useCanvasView = create<{ view: CanvasView | null }>()(() => ({ view: null }));

export function setCanvasView(view: CanvasView | null): void {
  useCanvasView.setState({ view });
}

export function canvasView(): CanvasView | null {
  return useCanvasView.getState().view;
}
