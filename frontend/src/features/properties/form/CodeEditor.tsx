/** CodeMirror 6 in the colours of the theme. Tab leaves the editor, as everywhere in the form; Escape-free. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { sql } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";

interface CodeEditorProps {
  readonly id: string;
  readonly label: string;
  readonly describedBy: string | undefined;
  readonly language: string;
  readonly text: string;
  readonly readOnly: boolean;
  readonly onType: (text: string) => void;
  readonly onLeave: () => void;
}

const LANGUAGES: Record<string, () => Extension> = { python, sql, json };

const COLOURS = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--o-code-keyword)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--o-code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--o-code-number)" },
  { tag: [tags.comment], color: "var(--o-code-comment)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.definition(tags.variableName)], color: "var(--o-code-name)" },
]);

const LOOK = EditorView.theme({
  "&": { fontSize: "12px", maxHeight: "280px", backgroundColor: "transparent" },
  "&.cm-focused": { outline: "2px solid var(--o-accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--o-mono)", lineHeight: "1.5", minHeight: "96px" },
  ".cm-gutters": { backgroundColor: "transparent", border: "none", color: "var(--o-code-comment)" },
  ".cm-content": { caretColor: "currentColor" },
  ".cm-cursor": { borderLeftColor: "currentColor" },
});

export default function CodeEditor(props: CodeEditorProps) {
  const { id, label, describedBy, language, text, readOnly } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const handlers = useRef(props);
  useEffect(() => {
    handlers.current = props;
  });

  useEffect(() => {
    if (!place.current) return;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: handlers.current.text,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          indentOnInput(),
          bracketMatching(),
          syntaxHighlighting(COLOURS),
          LANGUAGES[language]?.() ?? [],
          LOOK,
          EditorState.readOnly.of(readOnly),
          keymap.of([...defaultKeymap, ...historyKeymap]),
          EditorView.contentAttributes.of({
            id,
            "aria-label": label,
            ...(describedBy ? { "aria-describedby": describedBy } : {}),
          }),
          EditorView.updateListener.of((update) => {
            const typed = update.state.doc.toString();
            if (update.docChanged && typed !== handlers.current.text) handlers.current.onType(typed);
            if (update.focusChanged && !update.view.hasFocus) handlers.current.onLeave();
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, [id, label, describedBy, language, readOnly]);

  // Undo, reset or another step's text: the editor follows the document.
  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === text) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);

  return <div ref={place} />;
}
