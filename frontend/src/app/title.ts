/** The tab's title and icon tell how the shown run is doing, so that one sees it from another tab. */

import { isRunOver, isStepOver, type RunStatus, STATUS_WORDS } from "@/domain/status";
import { useDocument } from "@/stores/document";
import { notify } from "@/stores/notices";
import { useRun } from "@/stores/run";
import failed from "./favicons/failed.svg";
import idle from "./favicons/idle.svg";
import running from "./favicons/running.svg";
import succeeded from "./favicons/succeeded.svg";

export const TITLE = "octopus, the MLflow Pipeline Orchestrator";

const ICONS: Record<RunStatus, string> = {
  queued: running,
  running,
  cancelling: running,
  succeeded,
  failed,
  cancelled: idle,
};

export function keepTitle(): () => void {
  const show = () => {
    const { run } = useRun.getState();
    document.title = titleText();
    document.getElementById("favicon")?.setAttribute("href", run ? ICONS[run.status] : idle);
  };
  const stops = [
    useRun.subscribe((state, before) => {
      if (state.run !== before.run) show();
      announceEnd(before.run, state.run);
    }),
    useDocument.subscribe((state, before) => {
      if (state.document.name !== before.document.name) show();
    }),
  ];
  show();
  return () => stops.forEach((stop) => stop());
}

function titleText(): string {
  const { run } = useRun.getState();
  if (run === null) return TITLE;
  const { name } = useDocument.getState().document;
  const done = run.steps.filter((step) => isStepOver(step.status)).length;
  const progress = isRunOver(run.status) ? "" : ` ${done}/${run.steps.length}`;
  return `${STATUS_WORDS[run.status]}${progress} · ${name} · octopus`;
}

type Shown = ReturnType<typeof useRun.getState>["run"];

/** Says how a run ended that was under way a moment ago; one that was over when it was opened is old news. */
function announceEnd(before: Shown, now: Shown): void {
  if (before === null || now?.id !== before.id || before.last_seq === 0) return;
  if (isRunOver(before.status) || !isRunOver(now.status)) return;
  const wasWatched = before.status !== "queued" || before.started_at !== null;
  if (!wasWatched) return;
  if (now.status === "succeeded") notify("success", "The run succeeded.");
  else if (now.status === "failed") notify("error", `The run failed. ${now.reason}`.trim());
  else notify("info", "The run was stopped.");
}
