/** A log line without escape sequences: what a few quoted lines need. The log panel has colours. */
// eslint-disable-next-line no-control-regex -- escape sequences are what is looked for
const SEQUENCES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])/g;
// eslint-disable-next-line no-control-regex -- characters that hide or reorder text
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export function plainLine(text: string): string {
  return text
    .replace(SEQUENCES, "")
    .replace(/\r+$/, "")
    .replace(HIDDEN, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}
