/** A step on the canvas. Plain CSS and one small subscription each to its step run and its problems: cards are many. */

import "./card.css";
import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { COLOUR_ROLE_WORDS } from "@/domain/catalog";
import { worstSeverity } from "@/domain/problem";
import { type ShownStatus, STATUS_WORDS } from "@/domain/status";
import { shownStatus, type StepRunView } from "@/domain/run";
import { startedText, stepName, summaryText } from "@/domain/text";
import { useForesight } from "@/stores/foresight";
import { useStepProblems } from "@/stores/problems";
import { useRun } from "@/stores/run";
import { Countdown } from "@/ui/Countdown";
import { Elapsed } from "@/ui/Elapsed";
import { StepIcon } from "@/ui/icons";
import { StatusBadge } from "@/ui/StatusBadge";
import { Tile } from "@/ui/Tile";
import { useStepType } from "../catalogContext";
import type { StepNode } from "../flow/shapes";
import { Foresight, MissingResult, StaleMark, useForeseen } from "./Foresight";
import { Ports } from "./Ports";
import { focusesCard } from "./walking";

export const StepCard = memo(function StepCard({ id, data, selected }: NodeProps<StepNode>) {
  const { step, direction, number, count, isAwaiting } = data;
  const stepType = useStepType(step);
  const run = useRun((state) => state.byId[id]);
  const causeStatus = useRun((state) => (run?.cause_step ? state.byId[run.cause_step]?.status : undefined));
  const problems = useStepProblems(id);
  const status = run && shownStatus(run, causeStatus);
  const name = stepName(step, stepType);
  const summary = summaryText(step, stepType);
  const severity = worstSeverity(problems);
  const foreseen = useForeseen(id);
  const missing = useForesight((state) => state.missing[id]);
  const isStale =
    run !== undefined && FRESH.includes(run.status) && foreseen?.willReuse === false && !foreseen.willSkip;
  const words = [
    name,
    `step ${number} of ${count}`,
    ...(status ? [STATUS_WORDS[status]] : []),
    ...(run && run.iteration > 1 ? [`iteration ${run.iteration}`] : []),
    ...(run && isWaiting(run) ? [run.progress?.message] : []),
    ...(run && run.backend_reason !== null ? [startedText(run)] : []),
    ...(step.enabled ? [] : ["disabled"]),
    ...(foreseen && !run && step.enabled ? [foreseen.willReuse ? "up to date" : "will run"] : []),
    ...(isStale ? ["has changed since"] : []),
    ...(problems.length > 0 ? [problemsText(problems.length)] : []),
  ];
  return (
    <div
      className="card"
      role="group"
      aria-roledescription="step"
      aria-label={words.join(", ")}
      tabIndex={0}
      onFocus={(focus) => focusesCard(focus, id)}
      data-testid={`step-${id}`}
      data-step={id}
      data-status={run?.status ?? "none"}
      data-shown-status={status ?? "none"}
      data-selected={selected}
      data-enabled={step.enabled}
      data-problems={problems.length}
      data-severity={severity ?? "none"}
      data-role-colour={stepType?.colour ?? "generic"}
      data-foresight={foreseen === undefined ? "none" : foreseen.willReuse ? "reuse" : "run"}
      data-missing={missing !== undefined}
    >
      <div className="card-head">
        <Tile icon={stepType?.icon ?? "Extension"} colour={stepType?.colour ?? "generic"} />
        <div className="card-words">
          <div className="card-title" title={name}>
            {name}
          </div>
          <div className="card-subtitle" title={summary}>
            {summary}
          </div>
        </div>
        {isStale && <StaleMark foreseen={foreseen} />}
      </div>
      <div className="card-foot">
        {missing !== undefined ? (
          <MissingResult message={missing} />
        ) : run && status ? (
          <RunFoot run={run} status={status} retries={step.policy.retries} />
        ) : foreseen && step.enabled && problems.length === 0 ? (
          <Foresight foreseen={foreseen} />
        ) : (
          <span className="card-kind">
            {step.enabled ? COLOUR_ROLE_WORDS[stepType?.colour ?? "generic"] : "Disabled"}
          </span>
        )}
        {problems.length > 0 && !run && (
          <span className="card-problems" data-severity={severity} title={problems.map((p) => p.message).join("\n")}>
            <StepIcon name={severity === "error" ? "Error" : "Warning"} size={14} />
            {problemsText(problems.length)}
          </span>
        )}
      </div>
      {run?.status === "running" && <ProgressBar fraction={run.progress?.fraction ?? null} />}
      <Ports stepId={id} stepType={stepType} direction={direction} isAwaiting={isAwaiting} problems={problems} />
    </div>
  );
});

/** Statuses that leave a result, which may have become out of date. */
const FRESH: readonly StepRunView["status"][] = ["succeeded", "reused"];

interface RunFootProps {
  run: StepRunView;
  status: ShownStatus;
  retries: number;
}

function RunFoot({ run, status, retries }: RunFootProps) {
  const retryAt = useRun((state) => (status === "retrying" ? state.retryAt[run.id] : undefined));
  return (
    <>
      <span className="card-status" title={statusTitle(run)}>
        <StatusBadge status={status} />
      </span>
      {isWaiting(run) && <span className="card-says">{run.progress?.message}</span>}
      {run.iteration > 1 && (
        <span className="card-count" title={`Iteration ${run.iteration}`}>
          #{run.iteration}
        </span>
      )}
      {run.attempt > 1 && (
        <span className="card-count" title={`Attempt ${run.attempt} of ${retries + 1}`}>
          {run.attempt} of {retries + 1}
          {retryAt !== undefined && <Countdown until={retryAt} />}
        </span>
      )}
      {run.backend_reason !== null && (
        <span className="card-cold" title={startedText(run)}>
          <StepIcon name="AcUnit" size={14} />
        </span>
      )}
      {run.started_at !== null && (
        <span className="card-time">
          <Elapsed startedAt={run.started_at} endedAt={run.ended_at} />
        </span>
      )}
    </>
  );
}

/** It says what it waits for, such as its Python environment. */
function isWaiting({ status, progress }: StepRunView): boolean {
  return status === "queued" && progress !== null;
}

function statusTitle(run: StepRunView): string {
  return [run.reason || run.progress?.message, startedText(run)].filter(Boolean).join("\n");
}

function ProgressBar({ fraction }: { fraction: number | null }) {
  return (
    <span className="card-progress" data-known={fraction !== null}>
      <span style={fraction === null ? undefined : { transform: `scaleX(${fraction})` }} />
    </span>
  );
}

function problemsText(count: number): string {
  return count === 1 ? "1 problem" : `${count} problems`;
}
