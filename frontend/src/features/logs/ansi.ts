/**
 * A line as a terminal would show it -> runs of text with class names. Colours become classes, every other escape
 * sequence disappears, and characters that would reorder or hide text are written out. The result is text, never HTML.
 */
import Anser from "anser";

export interface Segment {
  readonly text: string;
  /** Space-separated class names of logs.css; "" for plain text. */
  readonly classes: string;
}

const ESCAPE = "\u001b";
/* eslint-disable no-control-regex -- control characters are what is looked for */
// CSI sequences that are not colours (cursor moves, erasing), OSC sequences (titles, links), and other two-character ones.
const NOT_COLOUR = /\u001b\[[0-9;?]*[ -/]*[@-ln-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b[@-Z\\^_]/g;
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
/* eslint-enable no-control-regex */

const DECORATIONS: Record<string, string> = {
  bold: "log-bold",
  dim: "log-dim",
  italic: "log-italic",
  underline: "log-underline",
  strikethrough: "log-strike",
  reverse: "log-reverse",
};

export function segmentsOf(line: string): Segment[] {
  const text = line.replace(NOT_COLOUR, "").replace(/\r+$/, "");
  if (!text.includes(ESCAPE)) return text === "" ? [] : [{ text: visible(text), classes: "" }];
  return Anser.ansiToJson(text, { use_classes: true, remove_empty: true }).map((part) => ({
    text: visible(part.content),
    classes: classesOf(part),
  }));
}

/** The text alone, as search, copy and screen readers get it. */
export function plainText(line: string): string {
  return segmentsOf(line)
    .map((segment) => segment.text)
    .join("");
}

/** Control and direction characters as escapes: `\\u202e`; a progress bar keeps what it wrote last. */
function visible(text: string): string {
  const last = text.includes("\r") ? text.slice(text.lastIndexOf("\r") + 1) : text;
  return last.replace(INVISIBLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** Of the 256 and true colours only the sixteen of the theme are taken: the others cannot be read in both schemes. */
function classesOf(part: Anser.AnserJsonEntry): string {
  const classes = [colourClass("log-fg", part.fg), colourClass("log-bg", part.bg)];
  for (const decoration of part.decorations) classes.push(DECORATIONS[decoration] ?? "");
  return classes.filter(Boolean).join(" ");
}

function colourClass(prefix: string, name: string | null | undefined): string {
  return name && /^ansi-(bright-)?[a-z]+$/.test(name) ? `${prefix}-${name.slice("ansi-".length)}` : "";
}
