/**
 * Between what a document stores (only the parameters somebody set) and what a form shows (every parameter, defaults
 * filled in). A parameter leaves the document again when it is reset.
 */
import { isObject, objectOr, sameJson, type Json, type JsonObject, type Schema } from "./json";

export function defaultsOf(schema: Schema): JsonObject {
  const defaults: JsonObject = {};
  for (const [name, property] of Object.entries(objectOr(schema.properties, {}))) {
    if (isObject(property) && property.default !== undefined) defaults[name] = property.default;
  }
  return defaults;
}

export function effectiveValues(schema: Schema, params: JsonObject): JsonObject {
  return { ...defaultsOf(schema), ...params };
}

/** The new `params` after the form went to `shown`: only what changed is taken over; an emptied one is forgotten. */
export function takeOver(schema: Schema, params: JsonObject, shown: Partial<JsonObject>): JsonObject {
  const before = effectiveValues(schema, params);
  const next: JsonObject = { ...params };
  for (const name of new Set([...Object.keys(before), ...Object.keys(shown)])) {
    const value = shown[name];
    if (value === undefined) {
      if (name in before) forget(next, name);
    } else if (!sameJson(value, before[name])) next[name] = value;
  }
  return next;
}

export function resetParameter(params: JsonObject, name: string): JsonObject {
  const next = { ...params };
  forget(next, name);
  return next;
}

function forget(params: JsonObject, name: string): void {
  Reflect.deleteProperty(params, name);
}

export function isModified(schema: Schema, params: JsonObject, name: string): boolean {
  const value = params[name];
  return name in params && !sameJson(value, defaultsOf(schema)[name]);
}

/** A value as a person would write it: `0.75, 0.125, 0.125`, `on`, `none`. */
export function showValue(value: Json | undefined): string {
  if (value === undefined || value === null) return "none";
  if (value === true) return "on";
  if (value === false) return "off";
  if (value === "") return "empty";
  if (Array.isArray(value)) return value.length === 0 ? "empty list" : value.map(inside).join(", ");
  if (isObject(value)) return Object.keys(value).length === 0 ? "empty" : JSON.stringify(value);
  return String(value);
}

function inside(value: Json): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
