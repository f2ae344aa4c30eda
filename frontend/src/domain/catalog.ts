/** Step types: what the palette offers. Shape of GET /step-types. */

import { AFTER, type InputPort, type OutputPort } from "./ports";

export const COLOUR_ROLES = ["io", "transform", "model", "decision", "retry", "generic"] as const;
export type ColourRole = (typeof COLOUR_ROLES)[number];

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = Record<string, JsonValue>;

export interface StepType {
  id: string;
  title: string;
  category: string;
  colour: ColourRole;
  icon: string;
  doc: string;
  inputs: InputPort[];
  outputs: OutputPort[];
  params_schema: JsonObject;
  /** Names of the parameters shown under the title on the card, most telling first. */
  summary: string[];
  pure: boolean;
  reuse: boolean;
  /** Names of the parameters that decide the ports of each step; null: all steps of the type have the same. */
  ports_from: { code: string; file: string; arguments: string } | null;
}

/** The ports of one step, without `after`. */
export interface OwnPorts {
  inputs: InputPort[];
  outputs: OutputPort[];
  /** The JSON Schema of its parameter for arguments. */
  arguments: JsonObject;
  /** false: its code cannot be read now, and these are no more than the ends of its edges. */
  is_known: boolean;
}

export type OwnPortsByStep = Readonly<Record<string, OwnPorts>>;

/** Step types by id. `own`: ports of single steps; ask `stepTypeOf` for what a step is like. */
export type Catalog = ReadonlyMap<string, StepType> & { readonly own?: OwnPortsByStep };

export function catalogOf(stepTypes: readonly StepType[]): Catalog {
  return new Map(stepTypes.map((stepType) => [stepType.id, stepType]));
}

export function inputPort(stepType: StepType | undefined, name: string): InputPort | undefined {
  if (name === AFTER.name) return AFTER;
  return stepType?.inputs.find((port) => port.name === name);
}

export function outputPort(stepType: StepType | undefined, name: string): OutputPort | undefined {
  return stepType?.outputs.find((port) => port.name === name);
}

/** What the legend and the palette call a colour role. */
export const COLOUR_ROLE_WORDS: Record<ColourRole, string> = {
  io: "Input / output",
  transform: "Transform",
  model: "Model",
  decision: "Decision",
  retry: "Retry",
  generic: "Other",
};

interface PropertySchema {
  default?: JsonValue;
}

/** The parameters' JSON Schemas by name, in the order in which the form shows them. */
export function parameterSchemas(stepType: StepType): Record<string, PropertySchema & JsonObject> {
  const properties = stepType.params_schema.properties;
  if (typeof properties !== "object" || properties === null || Array.isArray(properties)) return {};
  return properties as Record<string, PropertySchema & JsonObject>;
}

/** The value a step works with: what the document says, else the default of its type, else undefined. */
export function effectiveParam(stepType: StepType, params: Readonly<JsonObject>, name: string): JsonValue | undefined {
  if (Object.hasOwn(params, name)) return params[name];
  return parameterSchemas(stepType)[name]?.default;
}
