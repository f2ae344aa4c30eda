/** Places inside a value: `["criteria", 0, "metric"]`, as text `/criteria/0/metric`. */
import { isObject, type Json, type JsonObject } from "./json";

export type Path = readonly (string | number)[];

export function pointerOf(path: Path): string {
  return path.map((part) => `/${part}`).join("");
}

/** The place a pointer leads to; a part of digits is a place in a list. */
export function pathOf(pointer: string): Path {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let place = value;
  for (const part of path) {
    if (Array.isArray(place) && typeof part === "number") place = place[part];
    else place = isObject(place) && Object.hasOwn(place, part) ? place[part] : undefined;
  }
  return place;
}

/** A copy of `value` with `next` at `path`; `undefined` takes the key out of an object and leaves null in a list. */
export function withValueAt(value: Json | undefined, path: Path, next: Json | undefined): Json | undefined {
  const [head, ...rest] = path;
  if (head === undefined) return next;
  if (typeof head === "number") {
    const list = Array.isArray(value) ? [...value] : [];
    list[head] = withValueAt(list[head], rest, next) ?? null;
    return Array.from(list, (item) => item ?? null);
  }
  const object: JsonObject = isObject(value) ? { ...value } : {};
  const inner = withValueAt(Object.hasOwn(object, head) ? object[head] : undefined, rest, next);
  if (inner === undefined) Reflect.deleteProperty(object, head);
  else object[head] = inner;
  return object;
}
