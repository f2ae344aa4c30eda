/** The drawing of a flow. It is its program's: one can look at it, move about in it and zoom, and change nothing. */

import "@xyflow/react/dist/base.css";
import "@/ui/canvas.css";
import "./flow.css";
import Add from "@mui/icons-material/Add";
import FitScreen from "@mui/icons-material/FitScreen";
import Remove from "@mui/icons-material/Remove";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import { Background, BackgroundVariant, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from "@xyflow/react";
import { type ReactElement, useEffect, useMemo, useRef } from "react";
import { isTyping } from "@/commands/keys";
import type { Flow } from "@/domain/flow";
import { EmptyState } from "@/ui/EmptyState";
import { FlowLegend } from "./FlowLegend";
import { NodeCard } from "./NodeCard";
import { type FlowCard, type FlowWire, toCards, toWires } from "./shapes";
import { Wire } from "./Wire";

const NODE_TYPES = { flow: NodeCard };
const EDGE_TYPES = { flow: Wire };
/** From here on only what is visible is drawn. */
const DRAW_VISIBLE_ONLY_FROM = 150;
/** Small drawings grow to be read from a distance, but not without end. */
const FIT = { padding: { top: "84px", right: "48px", bottom: "64px", left: "48px" }, maxZoom: 1.6 } as const;

export function FlowCanvas({ flow }: { flow: Flow }) {
  return (
    <ReactFlowProvider key={flow.id}>
      <Surface flow={flow} />
    </ReactFlowProvider>
  );
}

function Surface({ flow }: { flow: Flow }) {
  const cards = useMemo(() => toCards(flow), [flow]);
  const wires = useMemo(() => toWires(flow), [flow]);
  const surface = useRef<HTMLElement>(null);
  useFittedWith(surface, flow.auto_fit);
  return (
    <section ref={surface} className="canvas" aria-label="Flow">
      <ReactFlow<FlowCard, FlowWire>
        nodes={cards}
        edges={wires}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        panOnDrag={flow.panning}
        zoomOnScroll={flow.mousewheel}
        zoomOnDoubleClick={false}
        disableKeyboardA11y
        onlyRenderVisibleElements={flow.nodes.length >= DRAW_VISIBLE_ONLY_FROM}
        fitView={flow.auto_fit}
        fitViewOptions={FIT}
        minZoom={0.1}
        maxZoom={3}
        proOptions={{ hideAttribution: true }}
      >
        {flow.grid !== null && (
          <Background
            variant={BackgroundVariant.Dots}
            gap={Math.max(flow.grid * 2, 12)}
            size={1.5}
            color="var(--o-canvas-dot)"
          />
        )}
      </ReactFlow>
      <Controls />
      <FlowLegend flow={flow} />
      {flow.nodes.length === 0 && (
        <div className="canvas-note">
          <EmptyState title="This flow has no nodes yet" text="Add Node(...) and Edge(...) to its FlowEditor." />
        </div>
      )}
    </section>
  );
}

function Controls() {
  const { zoomIn, zoomOut, zoomTo, fitView } = useReactFlow();
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  const fit = () => void fitView(FIT);
  useEffect(() => {
    const onKeyDown = (press: KeyboardEvent) => {
      if (press.key === "f" && !press.ctrlKey && !press.metaKey && !press.altKey && !isTyping(press.target)) {
        void fitView(FIT);
      }
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [fitView]);
  return (
    <div className="canvas-controls" role="toolbar" aria-label="View">
      <Control label="Zoom out" icon={<Remove fontSize="small" />} onClick={() => void zoomOut()} />
      <button type="button" className="canvas-zoom" title="Zoom to 100 %" onClick={() => void zoomTo(1)}>
        {zoom} %
      </button>
      <Control label="Zoom in" icon={<Add fontSize="small" />} onClick={() => void zoomIn()} />
      <Control label="Fit to view" keys="F" icon={<FitScreen fontSize="small" />} onClick={fit} />
    </div>
  );
}

interface ControlProps {
  label: string;
  keys?: string;
  icon: ReactElement;
  onClick: () => void;
}

function Control({ label, keys, icon, onClick }: ControlProps) {
  return (
    <Tooltip title={keys === undefined ? label : `${label} (${keys})`}>
      <IconButton aria-label={label} onClick={onClick}>
        {icon}
      </IconButton>
    </Tooltip>
  );
}

/** The drawing stays in view when the window changes, until somebody has moved it. */
function useFittedWith(surface: React.RefObject<HTMLElement | null>, isWanted: boolean): void {
  const { fitView } = useReactFlow();
  useEffect(() => {
    const element = surface.current;
    if (element === null || !isWanted) return;
    const observer = new ResizeObserver(() => void fitView(FIT));
    observer.observe(element);
    return () => observer.disconnect();
  }, [surface, isWanted, fitView]);
}
