/** What kind of control a parameter gets, read off its normalised schema alone. */
import { isObject, listOf, numberOf, objectOr, textOr, type Json, type Schema } from "./json";

export type FieldKind =
  | "text"
  | "longText"
  | "code"
  | "dataset"
  | "column"
  | "columns"
  | "number"
  | "switch"
  | "choice"
  | "choices"
  | "tuple"
  | "list"
  | "rows"
  | "dictionary"
  | "group"
  | "json";

const TUPLE_LIMIT = 6; // more numbers than this do not fit in a row of the panel
const CELLS_LIMIT = 3; // cells in one line of a list of objects
const LONG_TEXT = 200;

export function baseType(schema: Schema): string {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const named = types.filter((type): type is string => typeof type === "string" && type !== "null");
  return named.length === 1 ? (named[0] ?? "") : "";
}

export function isNullable(schema: Schema): boolean {
  return listOf(schema.type).includes("null") || listOf(schema.enum).includes(null);
}

export function choicesOf(schema: Schema): Json[] {
  if (schema.const !== undefined) return [schema.const];
  return listOf(schema.enum).filter((value) => value !== null);
}

export function fieldKind(schema: Schema): FieldKind {
  const widget = textOr(schema["x-widget"], "");
  if (choicesOf(schema).length > 0) return "choice";
  if (widget === "dataset") return "dataset";
  if (schema.anyOf !== undefined || schema.oneOf !== undefined) return "json";
  switch (baseType(schema)) {
    case "string":
      return textKind(schema, widget);
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "switch";
    case "array":
      return arrayKind(schema, widget);
    case "object":
      return objectKind(schema);
    default:
      return "json";
  }
}

function textKind(schema: Schema, widget: string): FieldKind {
  if (widget === "code" || widget === "column") return widget;
  if (widget === "textarea" || (numberOf(schema.maxLength) ?? 0) > LONG_TEXT * 5) return "longText";
  return "text";
}

function arrayKind(schema: Schema, widget: string): FieldKind {
  if (widget === "columns") return "columns";
  if (tupleItems(schema)) return "tuple";
  const items = objectOr(schema.items, {});
  const item = fieldKind(items);
  if (item === "choice") return schema.uniqueItems === true ? "choices" : "list";
  if (item === "group") return "rows";
  return item === "text" || item === "number" || item === "column" ? "list" : "json";
}

function objectKind(schema: Schema): FieldKind {
  if (Object.keys(objectOr(schema.properties, {})).length > 0) return "group";
  return schema.additionalProperties === false ? "json" : "dictionary";
}

/** The schemas of a list of fixed length, one per place; null if the length is not fixed or an item is not a scalar. */
export function tupleItems(schema: Schema): Schema[] | null {
  const prefix = listOf(schema.prefixItems).filter(isObject);
  const length = prefix.length > 0 ? prefix.length : numberOf(schema.minItems);
  if (length === undefined || length < 1 || length > TUPLE_LIMIT) return null;
  if (prefix.length === 0 && schema.maxItems !== length) return null;
  const items = prefix.length > 0 ? prefix : Array.from({ length }, () => objectOr(schema.items, {}));
  return items.every((item) => ["number", "text", "choice"].includes(fieldKind(item))) ? items : null;
}

const CELLS: readonly FieldKind[] = ["text", "number", "choice", "column", "switch"];

/** Whether an object is small enough to be one line: few parts, each of them a small control. */
export function fitsOneLine(schema: Schema): boolean {
  const parts = Object.values(objectOr(schema.properties, {})).filter(isObject);
  return parts.length <= CELLS_LIMIT && parts.every((part) => CELLS.includes(fieldKind(part)));
}

/** Whether the control is small enough to share a row of the form with another. */
export function isNarrow(schema: Schema): boolean {
  const kind = fieldKind(schema);
  if (kind === "choice" || kind === "number" || kind === "switch" || kind === "column") return true;
  return kind === "text" && (numberOf(schema.maxLength) ?? Infinity) <= LONG_TEXT / 4;
}

/** Whether its text stands for itself, such as source code: what looks like a reference in it is none. */
export function isLiteral(schema: Schema): boolean {
  return schema["x-octopus-literal"] === true;
}

export function titleOf(name: string, schema: Schema): string {
  const title = textOr(schema.title, "");
  return title !== "" ? title : humanise(name);
}

export function humanise(name: string): string {
  const words = name.replaceAll("_", " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
