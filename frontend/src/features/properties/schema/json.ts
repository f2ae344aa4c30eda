/** JSON values and JSON Schemas as the catalog sends them. */

import type { JsonObject, JsonValue } from "@/domain/catalog";

export type Json = JsonValue;
export type { JsonObject };
export type Schema = JsonObject;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function objectOr(value: Json | undefined, fallback: JsonObject): JsonObject {
  return isObject(value) ? value : fallback;
}

export function textOr(value: Json | undefined, fallback: string): string {
  return typeof value === "string" ? value : fallback;
}

export function numberOf(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]));
  }
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => key in b && sameJson(a[key], b[key]));
  }
  return false;
}
