/** A dialog in which one types and picks: commands, step types, ports to connect to. */

import "./pick.css";
import Dialog from "@mui/material/Dialog";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";

export interface PickItem {
  id: string;
  /** The option's accessible name and what is searched. */
  label: string;
  detail?: string;
  icon?: ReactNode;
  /** Why it cannot be picked. */
  refusal?: string;
  /** Words to find it by besides the label. */
  words?: string;
}

interface Props {
  title: string;
  placeholder: string;
  items: readonly PickItem[];
  /** What stands there when nothing matches. */
  nothing: string;
  onPick: (id: string) => void;
  onClose: () => void;
  children?: ReactNode;
}

export function PickDialog({ title, placeholder, items, nothing, onPick, onClose, children }: Props) {
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const prefix = useId();
  const found = items.filter((item) => matchesWords(item, typed));
  const current = Math.min(active, Math.max(0, found.length - 1));
  const pick = (item: PickItem | undefined) => {
    if (item !== undefined && item.refusal === undefined) onPick(item.id);
  };
  const onKeyDown = (press: KeyboardEvent) => {
    const way = press.key === "ArrowDown" ? 1 : press.key === "ArrowUp" ? -1 : 0;
    if (way !== 0) {
      press.preventDefault();
      const next = (current + way + found.length) % Math.max(1, found.length);
      setActive(next);
      document.getElementById(`${prefix}${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (press.key === "Enter") {
      press.preventDefault();
      pick(found[current]);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="sm"
      fullWidth
      slotProps={{ paper: { className: "pick", "aria-label": title }, container: { className: "pick-container" } }}
    >
      <input
        className="pick-field"
        role="combobox"
        aria-label={placeholder}
        aria-expanded
        aria-controls={`${prefix}list`}
        aria-activedescendant={found.length > 0 ? `${prefix}${current}` : undefined}
        placeholder={placeholder}
        autoFocus
        value={typed}
        onChange={(change) => {
          setTyped(change.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      {children}
      <div className="pick-list" role="listbox" aria-label={title} id={`${prefix}list`}>
        {found.map((item, index) => (
          <div
            key={item.id}
            id={`${prefix}${index}`}
            className="pick-item"
            role="option"
            tabIndex={-1}
            aria-label={item.label}
            aria-selected={index === current}
            aria-disabled={item.refusal !== undefined}
            onMouseMove={() => setActive(index)}
            onFocus={() => setActive(index)}
            onKeyDown={onKeyDown}
            onClick={() => pick(item)}
          >
            {item.icon}
            <span className="pick-label">{item.label}</span>
            <span className="pick-detail">{item.refusal ?? item.detail}</span>
          </div>
        ))}
        {found.length === 0 && <div className="pick-nothing">{nothing}</div>}
      </div>
    </Dialog>
  );
}

function matchesWords(item: PickItem, typed: string): boolean {
  const text = `${item.label} ${item.words ?? ""}`.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
