/** Text being typed, kept apart from the value it stands for, so that `1.`, `1e-` and spaces survive while typing. */
import { useState } from "react";
import { sameJson, type Json } from "../schema/json";

interface Draft {
  readonly text: string;
  readonly value: Json | undefined;
}

export interface DraftText {
  readonly text: string;
  readonly type: (text: string) => void;
  readonly leave: () => void;
}

/** The draft holds as long as the value is the one it was read as; undo, reset or another tab make it give way. */
export function useDraft(
  value: Json | undefined,
  write: (value: Json | undefined) => string,
  read: (text: string) => Json | undefined,
  onType: (value: Json | undefined) => void,
  /** What the document holds when nothing is typed: a default comes back at once, but the field stays empty. */
  emptied?: Json,
): DraftText {
  const [draft, setDraft] = useState<Draft | null>(null);
  const holds =
    draft !== null && (sameJson(draft.value, value) || (draft.value === undefined && sameJson(emptied, value)));
  return {
    text: holds ? draft.text : write(value),
    type: (text) => {
      const next = read(text);
      setDraft({ text, value: next });
      onType(next);
    },
    leave: () => setDraft(null),
  };
}
