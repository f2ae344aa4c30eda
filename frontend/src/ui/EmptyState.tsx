/** What a panel shows while it has nothing to show: why, and what to do about it. */

import "./empty.css";
import type { ReactNode } from "react";

export function EmptyState({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <div className="o-empty">
      <div className="o-empty-title">{title}</div>
      {text !== undefined && <div className="o-empty-text">{text}</div>}
      {children !== undefined && <div className="o-empty-actions">{children}</div>}
    </div>
  );
}
