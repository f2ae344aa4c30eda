/**
 * Values as they are typed. What is typed always ends up in the document, also when it is not valid there: nothing typed
 * is lost, and the field says what is wrong with it.
 */
import type { Json } from "./json";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

export function readNumber(text: string): Json | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const value = NUMBER.test(trimmed) ? Number(trimmed) : NaN;
  return Number.isFinite(value) ? value : text;
}

/** JSON where it is JSON, else the text itself: `3`, `true`, `[1, 2]`, `"3"`, `gini`. */
export function readLoose(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

export function writeLoose(value: Json | undefined): string {
  if (value === undefined) return "";
  if (typeof value !== "string") return JSON.stringify(value);
  return readLoose(value) === value ? value : JSON.stringify(value);
}

export function kindWord(value: Json | undefined): string {
  if (value === undefined || value === "") return "text";
  if (value === null) return "none";
  if (Array.isArray(value)) return "list";
  const words: Record<string, string> = { string: "text", number: "number", boolean: "on/off", object: "object" };
  return words[typeof value] ?? "text";
}
