/** The tab's title and icon tell how the flow is doing, so that one sees it from another tab. */

import { doneCount } from "@/domain/flow";
import { type FlowState, shownFlow, useFlow } from "@/stores/flow";
import failed from "./favicons/failed.svg";
import idle from "./favicons/idle.svg";
import running from "./favicons/running.svg";
import succeeded from "./favicons/succeeded.svg";

export function keepFlowTitle(): () => void {
  const show = (state: FlowState) => {
    const { page, run } = state;
    const word = run === null ? "" : run.end === null ? runningText(state) : END_WORDS[run.end.kind];
    document.title = [word, page?.title ?? "", "octopus"].filter((part) => part !== "").join(" · ");
    const icon = run === null ? idle : run.end === null ? running : run.end.kind === "complete" ? succeeded : failed;
    document.getElementById("favicon")?.setAttribute("href", icon);
  };
  show(useFlow.getState());
  return useFlow.subscribe(show);
}

const END_WORDS = { complete: "Completed", error: "Failed" };

function runningText(state: FlowState): string {
  const { run } = state;
  return run === null ? "" : `Running ${doneCount(run)}/${shownFlow(state)?.nodes.length ?? 0}`;
}
