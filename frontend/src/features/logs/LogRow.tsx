/** One line of the log. */
import { memo } from "react";
import type { LogEntry } from "@/stores/logs";
import { segmentsOf } from "./ansi";
import { clockText } from "./lines";
import { marked } from "./search";

interface LogRowProps {
  readonly entry: LogEntry;
  /** null: the lines are all of one step, which needs no name. */
  readonly step: { readonly name: string; readonly colour: number } | null;
  readonly showsTime: boolean;
  readonly query: string;
  readonly isCurrentHit: boolean;
}

export const LogRow = memo(function LogRow({ entry, step, showsTime, query, isCurrentHit }: LogRowProps) {
  return (
    <div className="log-row" data-stream={entry.stream} {...(isCurrentHit ? { "data-now": "" } : {})}>
      {showsTime && <span className="log-at">{clockText(entry.at)}</span>}
      {step ? (
        <span className={`log-step log-step-${step.colour}`} title={step.name}>
          {step.name}
        </span>
      ) : (
        <span className="log-n">{entry.n}</span>
      )}
      <span className="log-text">
        {segmentsOf(entry.text).map((segment, index) => (
          <span key={index} className={segment.classes}>
            {marked(segment, query).map((piece, place) =>
              piece.isHit ? <mark key={place}>{piece.text}</mark> : <span key={place}>{piece.text}</span>,
            )}
          </span>
        ))}
      </span>
    </div>
  );
});
