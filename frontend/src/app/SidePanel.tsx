/** A panel at the side: a heading, a body, an edge to drag, and a narrow rail when it is put away. */

import ChevronLeft from "@mui/icons-material/ChevronLeft";
import ChevronRight from "@mui/icons-material/ChevronRight";
import IconButton from "@mui/material/IconButton";
import type { ReactNode } from "react";
import { setPanelOpen, useUi } from "@/stores/ui";
import { ResizeEdge } from "./ResizeEdge";

interface Props {
  side: "palette" | "properties";
  /** The region's accessible name. */
  name: string;
  title: string;
  children: ReactNode;
}

export function SidePanel({ side, name, title, children }: Props) {
  const isOpen = useUi((state) => state.isOpen[side]);
  const size = useUi((state) => state.sizes[side]);
  const isLeft = side === "palette";
  const Inwards = isLeft ? ChevronLeft : ChevronRight;
  const Outwards = isLeft ? ChevronRight : ChevronLeft;
  if (!isOpen) {
    return (
      <div className="side-rail" data-side={side}>
        <IconButton aria-label={`Show ${title.toLowerCase()}`} onClick={() => setPanelOpen(side, true)}>
          <Outwards fontSize="small" />
        </IconButton>
        <span>{title}</span>
      </div>
    );
  }
  return (
    <section className="side-panel" aria-label={name} data-side={side} style={{ width: size }}>
      <div className="side-head">
        <h2>{title}</h2>
        <IconButton aria-label={`Hide ${title.toLowerCase()}`} onClick={() => setPanelOpen(side, false)}>
          <Inwards fontSize="small" />
        </IconButton>
      </div>
      <div className="side-body">{children}</div>
      <ResizeEdge side={side} label={`Width of the ${title.toLowerCase()} panel`} />
    </section>
  );
}
