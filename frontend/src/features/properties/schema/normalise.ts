/**
 * Turns a step type's `params_schema` into the one form the rest of this folder understands: references inlined,
 * `X | null` collapsed to `type: [X, "null"]`, one-value unions of constants turned into enums. It keeps what the
 * schema accepts exactly as it is; it never looks at which step type the schema belongs to.
 */
import { isObject, listOf, type Json, type Schema } from "./json";

const DEPTH_LIMIT = 12; // a schema that refers to itself would never end

export function normalise(schema: Schema): Schema {
  const resolved = walk(schema, schema, 0);
  return without(resolved, "$defs", "definitions");
}

function without(schema: Schema, ...keys: string[]): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !keys.includes(key)));
}

function walk(schema: Schema, root: Schema, depth: number): Schema {
  if (depth > DEPTH_LIMIT) return {};
  const whole = withoutReference(schema, root, depth);
  const union = collapseUnion(whole, root, depth);
  return descend(union, root, depth);
}

function withoutReference(schema: Schema, root: Schema, depth: number): Schema {
  const reference = schema.$ref;
  if (typeof reference !== "string") return onlyAllOf(schema, root, depth);
  return { ...walk(lookUp(reference, root), root, depth + 1), ...without(schema, "$ref") };
}

/** pydantic wraps a reference that has a title or default of its own in an `allOf` of one. */
function onlyAllOf(schema: Schema, root: Schema, depth: number): Schema {
  const parts = listOf(schema.allOf);
  const only = parts[0];
  if (parts.length !== 1 || !isObject(only)) return schema;
  return { ...walk(only, root, depth + 1), ...without(schema, "allOf") };
}

function lookUp(reference: string, root: Schema): Schema {
  let place: Json | undefined = root;
  for (const part of reference.replace(/^#\/?/, "").split("/").filter(Boolean)) {
    place = isObject(place) ? place[part.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
  }
  return isObject(place) ? place : {};
}

function collapseUnion(schema: Schema, root: Schema, depth: number): Schema {
  const key = schema.anyOf !== undefined ? "anyOf" : "oneOf";
  const branches = listOf(schema[key]).filter(isObject);
  if (branches.length === 0) return schema;
  const beside = without(schema, key);
  const walked = branches.map((branch) => walk(branch, root, depth + 1));
  const others = walked.filter((branch) => branch.type !== "null");
  const nullable = others.length < walked.length;
  const merged = others.length === 1 && others[0] ? others[0] : mergeConstants(others);
  if (merged) return { ...(nullable ? orNull(merged) : merged), ...beside };
  return { ...beside, anyOf: walked };
}

/** A union of constants or enums is one enum. */
function mergeConstants(branches: Schema[]): Schema | null {
  const values: Json[] = [];
  for (const branch of branches) {
    if (branch.const !== undefined) values.push(branch.const);
    else if (Array.isArray(branch.enum)) values.push(...branch.enum);
    else return null;
  }
  return { enum: values };
}

function orNull(schema: Schema): Schema {
  const nulled: Schema = { ...schema };
  if (typeof schema.type === "string") nulled.type = [schema.type, "null"];
  if (schema.const !== undefined) {
    nulled.enum = [schema.const, null];
    delete nulled.const;
  } else if (Array.isArray(schema.enum)) nulled.enum = [...schema.enum, null];
  return nulled;
}

function descend(schema: Schema, root: Schema, depth: number): Schema {
  const result: Schema = { ...schema };
  if (isObject(schema.properties)) {
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, value]) => [
        name,
        isObject(value) ? walk(value, root, depth + 1) : {},
      ]),
    );
  }
  for (const key of ["items", "additionalProperties"]) {
    const value = schema[key];
    if (isObject(value)) result[key] = walk(value, root, depth + 1);
  }
  if (Array.isArray(schema.prefixItems)) {
    result.prefixItems = schema.prefixItems.map((item) => (isObject(item) ? walk(item, root, depth + 1) : {}));
  }
  return result;
}
