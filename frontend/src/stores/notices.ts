/** Short messages at the edge of the screen: what happened, or why something did not. */

import { create } from "zustand";

export type NoticeKind = "success" | "info" | "warning" | "error";

export interface Notice {
  id: number;
  kind: NoticeKind;
  text: string;
  action?: { label: string; run: () => void };
}

export const useNotices = create<{ notices: readonly Notice[] }>()(() => ({ notices: [] }));

const SHOWN_AT_ONCE = 3;
let nextId = 1;

/** The same text twice in a row is shown once. */
export function notify(kind: NoticeKind, text: string, action?: Notice["action"]): void {
  const { notices } = useNotices.getState();
  const others = notices.filter((notice) => notice.text !== text);
  useNotices.setState({ notices: [...others, { id: nextId++, kind, text, action }].slice(-SHOWN_AT_ONCE) });
}

export function dismiss(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}
