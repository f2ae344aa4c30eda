/** What a run has said: every change of a node's state in order, and at the end the results as JSON, or the error. */

import "./results.css";
import ContentCopy from "@mui/icons-material/ContentCopy";
import Button from "@mui/material/Button";
import { useEffect, useRef, useState } from "react";
import type { JsonValue } from "@/domain/catalog";
import { type FlowEnd, type FlowRun, runStatus, SHOWN_AS } from "@/domain/flow";
import type { ShownStatus } from "@/domain/status";
import { useFlow } from "@/stores/flow";
import { EmptyState } from "@/ui/EmptyState";
import { STATUS_ICONS, StepIcon } from "@/ui/icons";

/** Of a long run only the latest changes are drawn. */
const SHOWN_CHANGES = 400;
/** Of the list that stays in view above the end. */
const END_MARGIN_PX = 72;
const COPIED_MS = 2_000;

export function FlowResults() {
  const run = useFlow((state) => state.run);
  const trouble = useFlow((state) => state.trouble);
  const body = useRef<HTMLDivElement>(null);
  const length = run?.changes.length ?? 0;
  const isOver = run !== null && run.end !== null;
  useEffect(() => {
    const element = body.current;
    if (element === null) return;
    const end = element.querySelector<HTMLElement>(".flow-end");
    element.scrollTop =
      isOver && end !== null ? end.offsetTop - element.offsetTop - END_MARGIN_PX : element.scrollHeight;
  }, [length, isOver]);
  return (
    <aside className="flow-results" role="region" aria-label="Results">
      <h2>Results</h2>
      <div ref={body} className="flow-results-body" tabIndex={0} role="group" aria-label="What the run says">
        {trouble !== "" && <Failure message={trouble} />}
        {run === null && trouble === "" && (
          <EmptyState title="Nothing has run yet" text="Press Run: every change of a node's state is listed here." />
        )}
        {run !== null && <Changes run={run} />}
        {run !== null && run.end !== null && <End end={run.end} status={runStatus(run)} />}
      </div>
    </aside>
  );
}

function Changes({ run }: { run: FlowRun }) {
  const first = Math.max(0, run.changes.length - SHOWN_CHANGES);
  return (
    <div role="log" aria-label="State changes">
      {run.changes.length === 0 && run.end === null && <p className="flow-started">Starting…</p>}
      {first > 0 && <p className="flow-started">{first} earlier changes</p>}
      <ul className="flow-changes">
        {run.changes.slice(first).map(({ nodeId, status, message }, index) => (
          <li key={first + index} data-status={SHOWN_AS[status]}>
            <StepIcon name={STATUS_ICONS[SHOWN_AS[status]]} size={14} />
            <span>
              Node {nodeId}: <b>{status}</b>
              {message !== "" && <span className="flow-change-message"> ({message})</span>}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function End({ end, status }: { end: FlowEnd; status: ShownStatus }) {
  if (end.kind === "error") return <Failure message={end.message} place={end.nodeId} status={status} />;
  return (
    <>
      <div className="flow-end" data-status="succeeded" role="status">
        <StepIcon name="CheckCircle" size={18} />
        <span>{end.message}</span>
      </div>
      <Json value={end.results} />
    </>
  );
}

interface FailureProps {
  message: string;
  /** The node where it happened. */
  place?: string | null;
  status?: ShownStatus;
}

function Failure({ message, place = null, status = "failed" }: FailureProps) {
  return (
    <div className="flow-end" data-status={status} role="alert">
      <StepIcon name={STATUS_ICONS[status]} size={18} />
      <span>
        {place !== null && <b>{place}: </b>}
        {message}
      </span>
    </div>
  );
}

function Json({ value }: { value: JsonValue }) {
  const text = JSON.stringify(value, null, 2);
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <section className="flow-json" aria-label="Final results">
      <div className="flow-json-head">
        <h3>Final results</h3>
        <Button startIcon={<ContentCopy sx={{ fontSize: "15px !important" }} />} onClick={copy}>
          {isCopied ? "Copied" : "Copy"}
        </Button>
      </div>
      <pre tabIndex={0} aria-label="Results as JSON">
        {text}
      </pre>
    </section>
  );
}
