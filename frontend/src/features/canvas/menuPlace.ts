/** What a context menu is of, and where it opens (window pixels). `id` "" for the canvas. */
export interface MenuPlace {
  kind: "step" | "edge" | "canvas";
  id: string;
  x: number;
  y: number;
}
