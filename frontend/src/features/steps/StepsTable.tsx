/** The table itself: a grid with one row in the tab order. */
import "./steps.css";
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";

export interface StepLine {
  readonly id: string;
  readonly name: string;
  /** What a screen reader says of the row. */
  readonly label: string;
  readonly type: string;
  readonly status: ReactNode;
  readonly duration: ReactNode;
  readonly exitCode: number | null;
  readonly metrics: string;
  readonly reason: string;
}

interface StepsTableProps {
  readonly lines: readonly StepLine[];
  readonly selected: readonly string[];
  readonly onSelect: (stepId: string) => void;
  readonly onVisit: (stepId: string) => void;
}

export function StepsTable({ lines, selected, onSelect, onVisit }: StepsTableProps) {
  const table = useRef<HTMLTableElement>(null);
  const [current, setCurrent] = useState(0);
  const chosen = lines.findIndex((line) => selected.includes(line.id));
  const reachable = chosen >= 0 ? chosen : Math.min(current, lines.length - 1);

  const go = (index: number) => {
    const line = lines[index];
    if (!line) return;
    setCurrent(index);
    onSelect(line.id);
    table.current?.querySelectorAll<HTMLElement>("tbody tr")[index]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent, index: number, line: StepLine) => {
    const target = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: lines.length - 1 }[event.key];
    if (event.key === "Enter") onVisit(line.id);
    else if (event.key === " ") onSelect(line.id);
    else if (target === undefined) return;
    else go(target);
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="steps-scroll">
      <table className="steps-table" role="grid" aria-label="Steps" ref={table}>
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Status</th>
            <th scope="col" data-number="">
              Duration
            </th>
            <th scope="col" data-number="">
              Exit code
            </th>
            <th scope="col">Metrics</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => (
            <tr
              key={line.id}
              tabIndex={index === reachable ? 0 : -1}
              aria-label={line.label}
              aria-selected={selected.includes(line.id)}
              onClick={() => go(index)}
              onDoubleClick={() => onVisit(line.id)}
              onKeyDown={(event) => onKeyDown(event, index, line)}
            >
              <td>
                <span className="steps-name">{line.name}</span> <span className="steps-soft">{line.id}</span>
              </td>
              <td>{line.status}</td>
              <td data-number="">{line.duration}</td>
              <td data-number="">{line.exitCode ?? ""}</td>
              <td className="steps-wide" title={line.reason || line.metrics}>
                {line.reason !== "" ? <span className="steps-soft">{line.reason}</span> : line.metrics}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
