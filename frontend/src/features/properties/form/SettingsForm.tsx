/**
 * A form for what octopus itself defines (policy, edge, settings of a pipeline), drawn like the form of a step. Its
 * values are part of the document's own shape, so only what is valid reaches the document; what is not is kept here,
 * with what is wrong with it, until it is right.
 */
import { useMemo, useState } from "react";
import type { Problem } from "@/domain/problem";
import { isObject, objectOr, sameJson, type JsonObject, type Schema } from "../schema/json";
import { SchemaChecker } from "../schema/validate";
import { defaultsOf } from "../schema/values";
import ParameterForm from "./ParameterForm";

interface SettingsFormProps {
  readonly id: string;
  readonly label: string;
  /** Every property has a default. */
  readonly schema: Schema;
  readonly values: JsonObject;
  /** Problems whose pointers are of the form `/steps/<n>/params/<name>`, and whose step is `id`. */
  readonly problems: readonly Problem[];
  readonly onChange: (values: JsonObject, gesture: string) => void;
}

export default function SettingsForm({ id, label, schema, values, problems, onChange }: SettingsFormProps) {
  const [refused, setRefused] = useState<JsonObject>({});
  const checkers = useMemo(() => checkersOf(schema), [schema]);
  const change = (params: JsonObject, gesture: string) => {
    const wanted: JsonObject = { ...defaultsOf(schema), ...params };
    const names = Object.keys(wanted);
    const isGood = (name: string) => checkers.get(name)?.accepts(wanted[name]) ?? true;
    setRefused(
      pick(
        wanted,
        names.filter((name) => !isGood(name)),
      ),
    );
    const good = pick(wanted, names.filter(isGood));
    if (Object.entries(good).some(([name, value]) => !sameJson(value, values[name]))) {
      onChange({ ...values, ...good }, gesture);
    }
  };
  return (
    <ParameterForm
      stepId={id}
      label={label}
      paramsSchema={schema}
      params={{ ...values, ...refused }}
      problems={problems}
      readOnly={false}
      datasets={null}
      columns={[]}
      onChange={change}
    />
  );
}

function checkersOf(schema: Schema): Map<string, SchemaChecker> {
  const properties = Object.entries(objectOr(schema.properties, {}));
  return new Map(properties.flatMap(([name, part]) => (isObject(part) ? [[name, new SchemaChecker(part)]] : [])));
}

function pick(values: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
}
