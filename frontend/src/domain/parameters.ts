/** Parameters of a pipeline: values that its steps refer to as `${params.name}`, and profiles that change several of
 * them at once. Between a value and the text it is typed as. */

import type { Catalog, JsonObject, JsonValue } from "./catalog";
import { literalParameters } from "./ownPorts";
import type { Parameter, PipelineDocument, Step } from "./pipeline";
import { renamedParameters } from "./reference";

export type ParameterType = Parameter["type"];
export const PARAMETER_TYPES: readonly ParameterType[] = ["string", "int", "float", "bool", "list", "object"];

export const NAME_PATTERN = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

export type Read = { value: JsonValue } | { fault: string };

/** The value of a type that a text stands for. */
export function readValue(type: ParameterType, text: string): Read {
  if (type === "string") return { value: text };
  const trimmed = text.trim();
  const value = parsed(trimmed);
  switch (type) {
    case "int":
      return /^[+-]?\d+$/.test(trimmed) ? { value: Number(trimmed) } : { fault: "Must be a whole number." };
    case "float":
      return typeof value === "number" ? { value } : { fault: "Must be a number." };
    case "bool":
      return typeof value === "boolean" ? { value } : { fault: "Must be true or false." };
    case "list":
      return Array.isArray(value) ? { value } : { fault: "Must be a list, like [1, 2]." };
    case "object":
      return isObject(value) ? { value } : { fault: 'Must be an object, like {"a": 1}.' };
  }
}

/** Nothing stands for nothing: a parameter without a default has to be given to each run. */
export function writeValue(value: JsonValue): string {
  if (value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What a new parameter of the type begins with. */
export function emptyText(type: ParameterType): string {
  return { string: "", int: "0", float: "0", bool: "false", list: "[]", object: "{}" }[type];
}

/** The values a run begins with: the defaults, with a profile's values over them. */
export function startValues({ parameters, profiles }: PipelineDocument, profile: string | null): JsonObject {
  const defaults = Object.fromEntries(Object.entries(parameters).map(([name, { default: value }]) => [name, value]));
  return { ...defaults, ...(profile === null ? {} : profiles[profile]) };
}

/** A parameter as it is typed in. `key`: the same row whatever it is called. */
export interface ParameterRow {
  key: number;
  /** What it was called before, so that references follow; null: it is new. */
  was: string | null;
  name: string;
  type: ParameterType;
  /** The default as typed; empty (of text: unchanged) where there is none. */
  text: string;
  hadDefault: boolean;
  description: string;
}

export interface ProfileRow {
  key: number;
  name: string;
  /** Texts of the overridden parameters, by the row's key. */
  texts: Readonly<Record<number, string>>;
}

export function parameterRows({ parameters }: PipelineDocument): ParameterRow[] {
  return Object.entries(parameters).map(([name, { type, default: value, description }], key) => ({
    key,
    was: name,
    name,
    type,
    text: writeValue(value),
    hadDefault: value !== null,
    description,
  }));
}

export function profileRows({ profiles }: PipelineDocument, rows: readonly ParameterRow[]): ProfileRow[] {
  return Object.entries(profiles).map(([name, values], key) => {
    const own = rows.filter((row) => Object.hasOwn(values, row.name));
    return {
      key,
      name,
      texts: Object.fromEntries(own.map((row) => [row.key, writeValue(values[row.name] ?? null)])),
    };
  });
}

/** What is wrong with a parameter as typed, by field. */
export function rowFaults(row: ParameterRow, rows: readonly ParameterRow[]): { name?: string; text?: string } {
  const read = readValue(row.type, row.text);
  const isTaken = rows.some((other) => other !== row && other.name === row.name);
  return {
    ...(NAME_PATTERN.test(row.name)
      ? isTaken
        ? { name: "This name is taken." }
        : {}
      : { name: "Letters, digits and _, not a digit first." }),
    ...("fault" in read && !isEmpty(row) ? { text: read.fault } : {}),
  };
}

export function profileFault(profile: ProfileRow, profiles: readonly ProfileRow[]): string | undefined {
  if (profile.name.trim() === "") return "A profile needs a name.";
  const isTaken = profiles.some((other) => other !== profile && other.name.trim() === profile.name.trim());
  return isTaken ? "This name is taken." : undefined;
}

export function hasFaults(rows: readonly ParameterRow[], profiles: readonly ProfileRow[]): boolean {
  return (
    rows.some((row) => Object.keys(rowFaults(row, rows)).length > 0) ||
    profiles.some(
      (profile) =>
        profileFault(profile, profiles) !== undefined ||
        rows.some(
          ({ key, type }) => profile.texts[key] !== undefined && "fault" in readValue(type, profile.texts[key]),
        ),
    )
  );
}

/** The document with the parameters and profiles as typed; both are without faults. References to a parameter that got
 * another name follow it; code of the user's own stays as it is. */
export function withParameters(
  document: PipelineDocument,
  rows: readonly ParameterRow[],
  profiles: readonly ProfileRow[],
  catalog: Catalog,
): PipelineDocument {
  const renamed = new Map(
    rows.flatMap((row) => (row.was !== null && row.was !== row.name ? [[row.was, row.name]] : [])),
  );
  return {
    ...document,
    parameters: Object.fromEntries(
      rows.map((row) => [row.name, { type: row.type, default: defaultOf(row), description: row.description }]),
    ),
    profiles: Object.fromEntries(profiles.map((profile) => [profile.name.trim(), valuesOf(profile, rows)])),
    steps:
      renamed.size === 0
        ? document.steps
        : document.steps.map((step) => ({
            ...step,
            params: { ...(renamedParameters(step.params, renamed) as JsonObject), ...literals(step, catalog) },
          })),
  };
}

/** The parameters of a step in which nothing is a reference. */
function literals({ type, params }: Step, catalog: Catalog): JsonObject {
  const names = literalParameters(catalog.get(type));
  return Object.fromEntries(Object.entries(params).filter(([name]) => names.has(name)));
}

function valuesOf(profile: ProfileRow, rows: readonly ParameterRow[]): JsonObject {
  const own = rows.filter((row) => profile.texts[row.key] !== undefined);
  return Object.fromEntries(own.map((row) => [row.name, valueOf(row, profile.texts[row.key] ?? "")]));
}

function isEmpty({ text }: ParameterRow): boolean {
  return text.trim() === "";
}

/** null: none. An empty text is a default, unless there was none and nothing was typed. */
function defaultOf(row: ParameterRow): JsonValue {
  if (isEmpty(row) && (row.type !== "string" || !row.hadDefault)) return null;
  return valueOf(row, row.text);
}

function valueOf(row: ParameterRow, text: string): JsonValue {
  const read = readValue(row.type, text);
  return "value" in read ? read.value : null;
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
