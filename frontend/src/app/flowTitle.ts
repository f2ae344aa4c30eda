/** The tab's title and icon tell how the flow is doing, so that one sees it from another tab. */

import { doneCount, runStatus } from "@/domain/flow";
import { STATUS_WORDS } from "@/domain/status";
import { type FlowState, shownFlow, useFlow } from "@/stores/flow";
import failed from "./favicons/failed.svg";
import idle from "./favicons/idle.svg";
import running from "./favicons/running.svg";
import succeeded from "./favicons/succeeded.svg";

export function keepFlowTitle(): () => void {
  const show = (state: FlowState) => {
    const { page, run } = state;
    const status = run === null ? "none" : runStatus(run);
    const word = status === "none" ? "" : status === "running" ? runningText(state) : STATUS_WORDS[status];
    document.title = [word, page?.title ?? "", "octopus"].filter((part) => part !== "").join(" · ");
    document.getElementById("favicon")?.setAttribute("href", ICONS[status] ?? idle);
  };
  show(useFlow.getState());
  return useFlow.subscribe(show);
}

const ICONS: Record<string, string> = { running, succeeded, failed };

function runningText(state: FlowState): string {
  const { run } = state;
  return run === null ? "" : `Running ${doneCount(run)}/${shownFlow(state)?.nodes.length ?? 0}`;
}
