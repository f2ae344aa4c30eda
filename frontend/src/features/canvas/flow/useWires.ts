/** Drawing, moving and refusing wires. Refused with the reason the server would give. */

import type { Connection as FlowConnection, FinalConnectionState, OnConnectStart } from "@xyflow/react";
import { useMemo, useRef } from "react";
import type { Catalog } from "@/domain/catalog";
import { candidates, type Connection, connectionFault } from "@/domain/connect";
import { connect, reconnect } from "@/domain/edit";
import { edit, useDocument } from "@/stores/document";
import { notify } from "@/stores/notices";
import { beginConnecting, endConnecting } from "../connecting";
import { toConnection } from "./fromReactFlow";
import type { WireEdge } from "./shapes";

const currentDocument = () => useDocument.getState().document;

export function useWires(catalog: Catalog) {
  /** The edge that is being moved; null while a new one is drawn. */
  const moving = useRef<string | null>(null);

  return useMemo(() => {
    const fault = (connection: Connection) =>
      connectionFault(currentDocument(), catalog, connection, moving.current ?? undefined);

    const isValidConnection = (wanted: FlowConnection | WireEdge): boolean => {
      const connection = toConnection({
        ...wanted,
        sourceHandle: wanted.sourceHandle ?? null,
        targetHandle: wanted.targetHandle ?? null,
      });
      return connection !== null && fault(connection) === null;
    };

    const onConnectStart: OnConnectStart = (_event, { nodeId, handleId, handleType }) => {
      if (nodeId === null || handleId === null || handleType === null) return;
      const side = handleType === "source" ? "out" : "in";
      const from = { stepId: nodeId, side, port: handleId } as const;
      beginConnecting(currentDocument(), catalog, from, moving.current ?? undefined);
    };

    const onConnect = (wanted: FlowConnection) => {
      const connection = toConnection(wanted);
      if (connection !== null && fault(connection) === null) edit((document) => connect(document, connection));
    };

    const onConnectEnd = (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      endConnecting();
      if (moving.current !== null || state.isValid) return;
      if (state.toHandle) refuse(state, fault);
      else dropOnCard(event, state, catalog);
    };

    const onReconnectStart = (_event: unknown, edge: WireEdge) => {
      moving.current = edge.id;
    };

    const onReconnect = (edge: WireEdge, wanted: FlowConnection) => {
      const connection = toConnection(wanted);
      if (connection !== null && fault(connection) === null) {
        edit((document) => reconnect(document, edge.id, connection));
      }
    };

    const onReconnectEnd = (_event: unknown, _edge: WireEdge, _side: unknown, state: FinalConnectionState) => {
      if (!state.isValid && state.toHandle) refuse(state, fault);
      moving.current = null;
      endConnecting();
    };

    return {
      isValidConnection,
      onConnectStart,
      onConnect,
      onConnectEnd,
      onReconnectStart,
      onReconnect,
      onReconnectEnd,
    };
  }, [catalog]);
}

type Fault = (connection: Connection) => { message: string } | null;

/** Says why the wire that ended on a port was refused. */
function refuse(state: FinalConnectionState, fault: Fault): void {
  const { fromHandle, toHandle } = state;
  if (!fromHandle || !toHandle || (fromHandle.nodeId === toHandle.nodeId && fromHandle.id === toHandle.id)) return;
  if (fromHandle.type === toHandle.type) {
    notify("error", "A wire leads from an output to an input.");
    return;
  }
  const [source, target] = fromHandle.type === "source" ? [fromHandle, toHandle] : [toHandle, fromHandle];
  const connection = toConnection({
    source: source.nodeId,
    sourceHandle: source.id ?? null,
    target: target.nodeId,
    targetHandle: target.id ?? null,
  });
  const found = connection && fault(connection);
  if (found) notify("error", `Not connected. ${found.message}`);
}

/** A wire that ends on a card takes the one port there that fits. */
function dropOnCard(event: MouseEvent | TouchEvent, state: FinalConnectionState, catalog: Catalog): void {
  const from = state.fromHandle;
  const point = "changedTouches" in event ? event.changedTouches[0] : event;
  if (!from || from.type !== "source" || !point) return;
  const card = window.document.elementFromPoint(point.clientX, point.clientY)?.closest<HTMLElement>("[data-step]");
  const stepId = card?.dataset.step;
  if (stepId === undefined || stepId === from.nodeId) return;
  const source_port = from.id ?? "";
  const ports = candidates(currentDocument(), catalog, from.nodeId, source_port).filter(
    (candidate) => candidate.stepId === stepId && candidate.port !== "after",
  );
  const fitting = ports.filter((candidate) => candidate.fault === null);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) {
    edit((document) => connect(document, { source: from.nodeId, source_port, target: stepId, target_port: only.port }));
  } else if (only !== undefined) {
    notify("info", `Several ports of this step fit: drop the wire on one of ${fitting.map((c) => c.port).join(", ")}.`);
  } else {
    notify("error", `Not connected. ${ports[0]?.fault?.message ?? "This step has no input."}`);
  }
}
