/** The fields of an object in their order, two small ones side by side where two follow one another. */
import { fieldKind, isNarrow } from "../schema/field";
import { isObject, listOf, objectOr, type Schema } from "../schema/json";
import type { Path } from "../schema/path";
import { helpText, ParameterField } from "./ParameterField";

const SHORT_HELP = 48; // characters that fit under half the width in two lines

export function ParameterGrid({ path, schema }: { readonly path: Path; readonly schema: Schema }) {
  const required = listOf(schema.required);
  const fields = Object.entries(objectOr(schema.properties, {})).filter((entry): entry is [string, Schema] =>
    isObject(entry[1]),
  );
  const halves = halvesOf(fields.map(([, field]) => field));
  return fields.map(([name, field], index) => (
    <ParameterField
      key={name}
      path={[...path, name]}
      schema={field}
      name={name}
      required={required.includes(name)}
      isHalf={halves[index] ?? false}
    />
  ));
}

/** Which fields take half the width: small ones in pairs; one that would stand alone takes all of it. */
export function halvesOf(fields: readonly Schema[]): boolean[] {
  const halves = fields.map(() => false);
  for (let index = 0; index + 1 < fields.length; index += 1) {
    if (![fields[index], fields[index + 1]].every((field) => field !== undefined && isSmall(field))) continue;
    halves[index] = halves[index + 1] = true;
    index += 1;
  }
  return halves;
}

function isSmall(schema: Schema): boolean {
  return isNarrow(schema) && fieldKind(schema) !== "switch" && helpText(schema).length <= SHORT_HELP;
}
