/** The calls of a flow's page: what is drawn, and running it. */

import type { FlowPage, FlowStatus } from "@/domain/flow";
import { callAt } from "./http";

export interface FlowRunSummary {
  run: string;
  status: FlowStatus;
}

export async function getFlowPage(): Promise<FlowPage> {
  return (await callAt<FlowPage>("GET", "/api/flows")).body;
}

/** The newest first. */
export async function listFlowRuns(flowId: string): Promise<FlowRunSummary[]> {
  return (await callAt<{ items: FlowRunSummary[] }>("GET", executeAddress(flowId))).body.items;
}

/** The new run's id. */
export async function startFlow(flowId: string): Promise<string> {
  return (await callAt<{ run: string }>("POST", executeAddress(flowId))).body.run;
}

export async function cancelFlowRun(flowId: string, runId: string): Promise<void> {
  await callAt("POST", `${flowRunAddress(flowId, runId)}/cancel`);
}

/** Where a run is followed as server-sent events. */
export function flowRunAddress(flowId: string, runId: string): string {
  return `${executeAddress(flowId)}/${encodeURIComponent(runId)}`;
}

function executeAddress(flowId: string): string {
  return `/execute/${encodeURIComponent(flowId)}`;
}
