/** Schema -> control. The one place that knows which kind of field is drawn by which component. */
import type { ComponentType } from "react";
import { isExpression } from "@/domain/reference";
import { fieldKind, type FieldKind } from "../schema/field";
import { ChoiceField, ChoicesField, SwitchField } from "./ChoiceField";
import { CodeField } from "./CodeField";
import { DatasetField } from "./DatasetField";
import { DictionaryField } from "./DictionaryField";
import { GroupField } from "./GroupField";
import { JsonField } from "./JsonField";
import { ColumnField, ListField } from "./ListField";
import { useParameter, useParameters, type FieldProps } from "./parameters";
import { ExpressionField } from "./ExpressionField";
import { RowsField } from "./RowsField";
import { NumberField, TextField } from "./TextField";
import { TupleField } from "./TupleField";

const FIELDS: Record<FieldKind, ComponentType<FieldProps>> = {
  text: TextField,
  longText: (props) => <TextField {...props} multiline />,
  code: CodeField,
  dataset: DatasetField,
  column: ColumnField,
  columns: ListField,
  number: NumberField,
  switch: SwitchField,
  choice: ChoiceField,
  choices: ChoicesField,
  tuple: TupleField,
  list: ListField,
  rows: RowsField,
  dictionary: DictionaryField,
  group: GroupField,
  json: JsonField,
};

export function Control(props: FieldProps) {
  const { acceptsReferences } = useParameters();
  const { value } = useParameter(props.path);
  const kind = fieldKind(props.schema);
  // A cell of a row has no button: a reference there is typed into what shows text, and shown by text anywhere else.
  if (acceptsReferences && props.compact && isExpression(value) && !["text", "number", "column"].includes(kind)) {
    return <ExpressionField {...props} />;
  }
  const Field = FIELDS[kind];
  return <Field {...props} />;
}
