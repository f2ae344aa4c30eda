/** The nodes React Flow draws: the document's steps, plus where a card is while it is dragged. The document hears of a
 * drag when it ends, so that a drag is one undo entry. */

import { applyNodeChanges, type EdgeChange, type NodeChange } from "@xyflow/react";
import { useCallback, useLayoutEffect, useState } from "react";
import { moveSteps } from "@/domain/edit";
import { edit, useDocument } from "@/stores/document";
import { select, useSelection } from "@/stores/selection";
import { selectedAfter, toPositions } from "./fromReactFlow";
import type { StepNode } from "./shapes";
import { toNodes } from "./toReactFlow";

export function useNodes() {
  const document = useDocument((state) => state.document);
  const selected = useSelection((state) => state.stepIds);
  const [nodes, setNodes] = useState<StepNode[]>(() => toNodes(document, selected, []));

  useLayoutEffect(() => {
    setNodes((before) => toNodes(document, selected, before));
  }, [document, selected]);

  const onNodesChange = useCallback((changes: NodeChange<StepNode>[]) => {
    setNodes((before) => applyNodeChanges(withoutSelection(changes), before));
    selectFrom(changes, []);
  }, []);

  const onEdgesChange = useCallback((changes: EdgeChange[]) => selectFrom([], changes), []);

  const onNodeDragStop = useCallback((_event: unknown, _node: StepNode, dragged: StepNode[]) => {
    edit((current) => moveSteps(current, toPositions(dragged)));
  }, []);

  return { nodes, onNodesChange, onEdgesChange, onNodeDragStop };
}

/** Steps are removed through the document only; selection lives in its own store. */
function withoutSelection(changes: NodeChange<StepNode>[]): NodeChange<StepNode>[] {
  return changes.filter((change) => change.type !== "select" && change.type !== "remove");
}

function selectFrom(nodeChanges: NodeChange<StepNode>[], edgeChanges: EdgeChange[]): void {
  const { stepIds, edgeIds } = useSelection.getState();
  select(selectedAfter(stepIds, nodeChanges), selectedAfter(edgeIds, edgeChanges));
}
