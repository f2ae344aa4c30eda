/**
 * Parameters -> sentences about what is wrong, by JSON pointer. The validator interprets the schema: one that compiles
 * it with Function() would be refused by our Content-Security-Policy. The server has the last word; this is only faster.
 */
import { Validator, type OutputUnit } from "@cfworker/json-schema";
import { isObject, listOf, objectOr, textOr, type Json, type JsonObject, type Schema } from "./json";

export type Faults = Readonly<Record<string, string>>;

const WRAPPERS = new Set(["properties", "items", "prefixItems", "$ref", "allOf", "additionalProperties"]);

export class SchemaChecker {
  private readonly validator: Validator;

  constructor(private readonly schema: Schema) {
    this.validator = new Validator(schema, "2020-12", false);
  }

  accepts(value: unknown): boolean {
    return this.validator.validate(value).valid;
  }

  /** Pointer (`/ratios/0`) -> the first thing that is wrong there. */
  faults(values: JsonObject): Faults {
    const faults: Record<string, string> = {};
    for (const unit of this.validator.validate(values).errors) {
      const place = this.explain(unit);
      if (place && !(place.pointer in faults)) faults[place.pointer] = place.message;
    }
    return faults;
  }

  private explain(unit: OutputUnit): { pointer: string; message: string } | null {
    const at = decode(unit.instanceLocation);
    if (/\/(anyOf|oneOf)\//.test(unit.keywordLocation)) return null;
    if (unit.keyword === "required") return { pointer: `${at}/${quoted(unit.error)}`, message: "Needs a value." };
    if (unit.keyword === "additionalProperties" && this.limit(unit) === false) {
      const name = quoted(unit.error);
      // The validator also calls a declared property additional if something inside of it is wrong.
      if (name in objectOr(this.owner(unit).properties, {})) return null;
      return { pointer: `${at}/${name}`, message: "This step has no such parameter." };
    }
    if (unit.keyword === "false" || WRAPPERS.has(unit.keyword)) return null;
    return { pointer: at, message: sentence(unit, this.limit(unit), this.owner(unit)) };
  }

  private limit(unit: OutputUnit): Json | undefined {
    return follow(this.schema, unit.keywordLocation);
  }

  private owner(unit: OutputUnit): Schema {
    const owner = follow(this.schema, unit.keywordLocation.replace(/\/[^/]*$/, ""));
    return isObject(owner) ? owner : {};
  }
}

function decode(location: string): string {
  return location.replace(/^#/, "").split("/").map(decodeURIComponent).join("/");
}

/** The validator names the property only inside its message. */
function quoted(message: string): string {
  return /"([^"]*)"/.exec(message)?.[1] ?? "";
}

function follow(schema: Schema, location: string): Json | undefined {
  let place: Json | undefined = schema;
  for (const part of location.replace(/^#\/?/, "").split("/").filter(Boolean)) {
    const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(place)) place = place[Number(key)];
    else place = isObject(place) ? place[key] : undefined;
  }
  return place;
}

const TYPE_NAMES: Record<string, string> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "on or off",
  array: "a list",
  object: "an object",
  null: "empty",
};

function typeNames(value: Json | undefined): string {
  const types = Array.isArray(value) ? value : [value ?? ""];
  return types
    .filter((type) => typeof type === "string")
    .map((type) => TYPE_NAMES[type] ?? type)
    .join(" or ");
}

function sentence(unit: OutputUnit, limit: Json | undefined, owner: Schema): string {
  const text = typeof limit === "object" ? JSON.stringify(limit) : String(limit);
  switch (unit.keyword) {
    case "type":
      return `Must be ${typeNames(limit)}.`;
    case "enum":
      return `Must be one of ${listOf(limit).map(String).join(", ")}.`;
    case "const":
      return `Must be ${text}.`;
    case "minimum":
      return `Must be at least ${text}.`;
    case "maximum":
      return `Must be at most ${text}.`;
    case "exclusiveMinimum":
      return `Must be more than ${text}.`;
    case "exclusiveMaximum":
      return `Must be less than ${text}.`;
    case "multipleOf":
      return `Must be a multiple of ${text}.`;
    case "minLength":
      return limit === 1 ? "Must not be empty." : `Must have at least ${text} characters.`;
    case "maxLength":
      return `Must have at most ${text} characters.`;
    case "pattern":
      return textOr(owner["x-pattern-help"], `Must match ${text}.`);
    case "minItems":
      return `Needs at least ${text} ${text === "1" ? "entry" : "entries"}.`;
    case "maxItems":
      return `Can have at most ${text} ${text === "1" ? "entry" : "entries"}.`;
    case "uniqueItems":
      return "Has the same entry twice.";
    case "anyOf":
    case "oneOf":
      return `Must be ${listOf(limit).filter(isObject).map(branchName).join(" or ")}.`;
    default:
      return unit.error;
  }
}

function branchName(branch: Schema): string {
  const values = listOf(branch.enum);
  return values.length > 0 ? values.map(String).join(", ") : typeNames(branch.type);
}
