/** The outline: every step in a table one can walk with the keyboard, with its status, time and reason. */

import "./steps.css";
import { useState } from "react";
import { useCatalog } from "@/api/queries";
import type { Step } from "@/domain/pipeline";
import { shownStatus, type StepRunView } from "@/domain/run";
import { isStepOver, type ShownStatus } from "@/domain/status";
import { metricText, startedText, stepName, summaryText } from "@/domain/text";
import { canvasView } from "@/stores/canvasView";
import { useDocument } from "@/stores/document";
import { useRun } from "@/stores/run";
import { useSelection } from "@/stores/selection";
import { Elapsed } from "@/ui/Elapsed";
import { EmptyState } from "@/ui/EmptyState";
import { StatusBadge } from "@/ui/StatusBadge";
import { Tile } from "@/ui/Tile";

const FILTERS = {
  all: { label: "All", admits: () => true },
  active: { label: "Active", admits: (run?: StepRunView) => run !== undefined && !isStepOver(run.status) },
  bad: {
    label: "Failed or skipped",
    admits: (run?: StepRunView) => ["failed", "timed_out", "lost", "skipped", "cancelled"].includes(run?.status ?? ""),
  },
  done: { label: "Succeeded", admits: (run?: StepRunView) => ["succeeded", "reused"].includes(run?.status ?? "") },
} as const;

type Filter = keyof typeof FILTERS;

export function StepsPanel() {
  const steps = useDocument((state) => state.document.steps);
  const hasRun = useRun((state) => state.run !== null);
  const byId = useRun((state) => state.byId);
  const [filter, setFilter] = useState<Filter>("all");
  if (steps.length === 0)
    return <EmptyState title="No steps yet" text="Drag steps from the palette onto the canvas." />;
  const shown = steps.filter((step) => !hasRun || FILTERS[filter].admits(byId[step.id]));
  return (
    <div className="steps">
      {hasRun && (
        <div className="steps-filter" role="group" aria-label="Show">
          {(Object.keys(FILTERS) as Filter[]).map((key) => (
            <button key={key} type="button" aria-pressed={filter === key} onClick={() => setFilter(key)}>
              {FILTERS[key].label}
            </button>
          ))}
        </div>
      )}
      <div className="steps-scroll" tabIndex={0} role="region" aria-label="Steps of the pipeline">
        <table>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Parameters</th>
              <th scope="col">Status</th>
              <th scope="col">Backend</th>
              <th scope="col" className="steps-number">
                Time
              </th>
              <th scope="col" className="steps-number">
                Exit code
              </th>
              <th scope="col">Metrics or reason</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((step) => (
              <StepRow key={step.id} step={step} />
            ))}
          </tbody>
        </table>
        {shown.length === 0 && <div className="steps-none">No step is in this state.</div>}
      </div>
    </div>
  );
}

const METRICS_SHOWN = 4;

/** The first few metrics in one line. */
function metricsText(run: StepRunView | undefined): string {
  return Object.entries(run?.metrics ?? {})
    .slice(0, METRICS_SHOWN)
    .map(([name, value]) => `${name} ${metricText(value)}`)
    .join(" · ");
}

function StepRow({ step }: { step: Step }) {
  const stepType = useCatalog().get(step.type);
  const run = useRun((state) => state.byId[step.id]);
  const causeStatus = useRun((state) => (run?.cause_step ? state.byId[run.cause_step]?.status : undefined));
  const isSelected = useSelection((state) => state.stepIds.includes(step.id));
  const status: ShownStatus | undefined = run && shownStatus(run, causeStatus);
  return (
    <tr data-selected={isSelected} onClick={() => canvasView()?.reveal(step.id)}>
      <td>
        <button type="button" className="steps-name">
          <Tile icon={stepType?.icon ?? "Extension"} colour={stepType?.colour ?? "generic"} isSmall />
          {stepName(step, stepType)}
          <span className="steps-id">{step.id}</span>
        </button>
      </td>
      <td className="steps-soft steps-parameters" title={summaryText(step, stepType)}>
        {summaryText(step, stepType)}
      </td>
      <td>
        {status ? (
          <StatusBadge status={status} />
        ) : (
          <span className="steps-soft">{step.enabled ? "–" : "Disabled"}</span>
        )}
      </td>
      <td className="steps-soft" title={run && startedText(run)}>
        {run?.backend}
      </td>
      <td className="steps-number">
        {run?.started_at ? <Elapsed startedAt={run.started_at} endedAt={run.ended_at} /> : ""}
      </td>
      <td className="steps-number">{run?.exit_code ?? ""}</td>
      <td className="steps-reason" title={run?.reason}>
        {run?.reason || run?.progress?.message || metricsText(run)}
      </td>
    </tr>
  );
}
