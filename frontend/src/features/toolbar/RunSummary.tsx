/** The shown run in one line: status, how many steps are done, how long, and whether the connection holds. */

import { isStepOver } from "@/domain/status";
import { useRun } from "@/stores/run";
import { Elapsed } from "@/ui/Elapsed";
import { StatusBadge } from "@/ui/StatusBadge";

export function RunSummary() {
  const run = useRun((state) => state.run);
  const connection = useRun((state) => state.connection);
  if (run === null) return null;
  const done = run.steps.filter((step) => isStepOver(step.status)).length;
  return (
    <div className="run-summary" role="status" aria-label="Run status" title={run.reason}>
      <StatusBadge status={run.status} />
      {run.steps.length > 0 && (
        <span>
          {done} of {run.steps.length} steps
        </span>
      )}
      {run.started_at !== null && (
        <span>
          <Elapsed startedAt={run.started_at} endedAt={run.ended_at} />
        </span>
      )}
      {run.reason !== "" && <span className="run-summary-reason">{run.reason}</span>}
      {connection === "lost" && <span className="run-summary-lost">Connection lost, trying again…</span>}
    </div>
  );
}
