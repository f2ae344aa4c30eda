/** The flow a page shows and the run of it, fed by live/flowRun. */

import { create } from "zustand";
import { type Flow, type FlowMessage, type FlowPage, type FlowRun, foldFlow, newFlowRun } from "@/domain/flow";

/** `lost`: the server does not answer, the browser keeps trying. */
type Connection = "none" | "live" | "lost";

export interface FlowState {
  /** null: not here yet. */
  page: FlowPage | null;
  /** Why the page could not be loaded, "" if it was. */
  fault: string;
  flowId: string | null;
  /** null: no run is shown. */
  run: FlowRun | null;
  connection: Connection;
  /** What has been asked of the server and not been answered. */
  request: "none" | "start" | "stop";
  /** What went wrong beside the run itself: a refused start, a run the server has forgotten. "" if nothing. */
  trouble: string;
}

export const useFlow = create<FlowState>()(() => ({
  page: null,
  fault: "",
  flowId: null,
  run: null,
  connection: "none",
  request: "none",
  trouble: "",
}));

export function shownFlow({ page, flowId }: FlowState): Flow | null {
  return page?.flows.find((flow) => flow.id === flowId) ?? null;
}

export function isFlowRunning({ run }: FlowState): boolean {
  return run !== null && run.end === null;
}

export function showPage(page: FlowPage, flowId: string | null): void {
  useFlow.setState({ page, flowId, fault: "" });
}

export function setPageFault(fault: string): void {
  useFlow.setState({ fault });
}

export function showFlow(flowId: string): void {
  useFlow.setState({ flowId, run: null, connection: "none", request: "none", trouble: "" });
}

export function showFlowRun(runId: string): void {
  useFlow.setState({ run: newFlowRun(runId), connection: "none", trouble: "" });
}

export function hideFlowRun(trouble = ""): void {
  useFlow.setState({ run: null, connection: "none", trouble });
}

/** Messages of another run than the shown one come too late. */
export function addFlowMessages(runId: string, messages: readonly FlowMessage[]): void {
  useFlow.setState(({ run }) => (run?.id === runId ? { run: foldFlow(run, messages) } : {}));
}

export function setFlowConnection(connection: Connection): void {
  useFlow.setState({ connection });
}

export function setFlowRequest(request: FlowState["request"]): void {
  useFlow.setState({ request });
}

export function setTrouble(trouble: string): void {
  useFlow.setState({ trouble });
}
