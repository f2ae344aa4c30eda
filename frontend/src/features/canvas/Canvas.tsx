/** The canvas: the document as a drawing, with the shown run on it. */

import "@xyflow/react/dist/base.css";
import "@/ui/canvas.css";
import "./canvas.css";
import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useUpdateNodeInternals,
} from "@xyflow/react";
import { type KeyboardEvent, lazy, type MouseEvent, Suspense, useEffect, useMemo, useRef, useState } from "react";
import type { Catalog } from "@/domain/catalog";
import { useDocument } from "@/stores/document";
import { select, useSelection } from "@/stores/selection";
import { useStepCatalog } from "@/stores/stepCatalog";
import { openDialog, setPanelOpen, useUi } from "@/stores/ui";
import { StepCard } from "./card/StepCard";
import { walk } from "./card/walking";
import { CanvasControls } from "./CanvasControls";
import { CatalogContext } from "./catalogContext";
import { WireEdge } from "./edge/WireEdge";
import { EmptyCanvas } from "./EmptyCanvas";
import { toEdges } from "./flow/toReactFlow";
import type { StepNode, WireEdge as Wire } from "./flow/shapes";
import { useDrop } from "./flow/useDrop";
import { useNodes } from "./flow/useNodes";
import { useView } from "./flow/useView";
import { useWires } from "./flow/useWires";
import { Legend } from "./Legend";
import type { MenuPlace } from "./menuPlace";
import { WelcomeCard } from "./WelcomeCard";

const NODE_TYPES = { step: StepCard };
const EDGE_TYPES = { wire: WireEdge };

/** From here on only what is visible is drawn. */
const DRAW_VISIBLE_ONLY_FROM = 150;

const ContextMenu = lazy(async () => ({ default: (await import("./ContextMenu")).ContextMenu }));

export function Canvas() {
  const catalog = useStepCatalog();
  return (
    <ReactFlowProvider>
      <CatalogContext value={catalog}>
        <Surface catalog={catalog} />
      </CatalogContext>
    </ReactFlowProvider>
  );
}

function Surface({ catalog }: { catalog: Catalog }) {
  const surface = useRef<HTMLElement>(null);
  const [menu, setMenu] = useState<MenuPlace | null>(null);
  const document = useDocument((state) => state.document);
  const selectedEdges = useSelection((state) => state.edgeIds);
  const isWelcoming = useUi((state) => state.isWelcoming);
  const edges = useMemo(() => toEdges(document, catalog, selectedEdges), [document, catalog, selectedEdges]);
  const { nodes, ...nodeEvents } = useNodes();
  const wires = useWires(catalog);
  const drop = useDrop();
  useView(surface);
  usePortsRemeasured(document.direction, catalog);

  const openMenu = (kind: MenuPlace["kind"], id: string) => (event: MouseEvent | globalThis.MouseEvent) => {
    event.preventDefault();
    if (kind === "step" && !useSelection.getState().stepIds.includes(id)) select([id]);
    if (kind === "edge") select([], [id]);
    setMenu({ kind, id, x: event.clientX, y: event.clientY });
  };
  const onKeyDown = (press: KeyboardEvent) => {
    const stepId = press.target instanceof HTMLElement ? press.target.dataset.step : undefined;
    if (stepId !== undefined && walk(press, stepId)) press.preventDefault();
    if (opensEdge(press)) press.preventDefault();
  };

  return (
    <section ref={surface} className="canvas" aria-label="Pipeline canvas" onKeyDown={onKeyDown} {...drop}>
      <ReactFlow<StepNode, Wire>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        {...nodeEvents}
        {...wires}
        onNodeContextMenu={(event, node) => openMenu("step", node.id)(event)}
        onEdgeContextMenu={(event, edge) => openMenu("edge", edge.id)(event)}
        onPaneContextMenu={openMenu("canvas", "")}
        onNodeDoubleClick={() => setPanelOpen("properties", true)}
        onEdgeDoubleClick={() => setPanelOpen("properties", true)}
        onDoubleClick={(event) => {
          if (event.target instanceof Element && event.target.classList.contains("react-flow__pane")) {
            openDialog({ kind: "add-step" });
          }
        }}
        deleteKeyCode={null}
        selectionKeyCode="Shift"
        multiSelectionKeyCode={["Control", "Meta", "Shift"]}
        selectionMode={SelectionMode.Partial}
        minZoom={0.1}
        maxZoom={2}
        zoomOnDoubleClick={false}
        connectionRadius={26}
        nodesFocusable={false}
        disableKeyboardA11y
        onlyRenderVisibleElements={document.steps.length >= DRAW_VISIBLE_ONLY_FROM}
        proOptions={{ hideAttribution: true }}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.5} color="var(--o-canvas-dot)" />
        {document.steps.length > 0 && (
          <MiniMap<StepNode>
            pannable
            zoomable
            ariaLabel="Overview of the pipeline"
            nodeBorderRadius={12}
            nodeColor={(node) => `var(--o-role-${catalog.get(node.data.step.type)?.colour ?? "generic"})`}
          />
        )}
      </ReactFlow>
      <CanvasControls />
      <Legend />
      {document.steps.length === 0 && <EmptyCanvas />}
      {isWelcoming && <WelcomeCard />}
      <Suspense>{menu && <ContextMenu place={menu} onClose={() => setMenu(null)} />}</Suspense>
    </section>
  );
}

/** Enter or space on an edge selects it and shows what it is. */
function opensEdge(press: KeyboardEvent): boolean {
  const isWanted = press.key === "Enter" || press.key === " ";
  const edge = press.target instanceof Element && press.target.matches(".react-flow__edge") ? press.target : null;
  const edgeId = edge?.getAttribute("data-id");
  if (!isWanted || !edgeId) return false;
  select([], [edgeId]);
  setPanelOpen("properties", true);
  return true;
}

/** Ports change sides with the direction and appear with the catalog; the cards keep their size, so React Flow has to
 * be told. */
function usePortsRemeasured(direction: string, catalog: Catalog): void {
  const remeasure = useUpdateNodeInternals();
  useEffect(() => {
    remeasure(useDocument.getState().document.steps.map((step) => step.id));
  }, [direction, catalog, remeasure]);
}
