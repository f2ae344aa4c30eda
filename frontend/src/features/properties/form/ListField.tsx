/** Lists of words or numbers as chips, with suggestions where columns are meant; a single column likewise. */
import Autocomplete from "@mui/material/Autocomplete";
import Chip from "@mui/material/Chip";
import TextInput from "@mui/material/TextField";
import { choicesOf, fieldKind, isNullable } from "../schema/field";
import { listOf, objectOr, type Json } from "../schema/json";
import { readNumber, writeLoose } from "../schema/written";
import { withLabels } from "./ChoiceField";
import { fieldId, useParameter, useParameters, type FieldProps } from "./parameters";

export function ListField({ path, schema, label, describedBy }: FieldProps) {
  const parameter = useParameter(path);
  const { columns } = useParameters();
  const item = objectOr(schema.items, {});
  const ofNumbers = fieldKind(item) === "number";
  const wantsColumns = fieldKind(schema) === "columns" || fieldKind(item) === "column";
  const read = (text: string): Json => (ofNumbers ? (readNumber(text) ?? text) : text);
  const take = (texts: readonly string[]) => {
    const values = texts.flatMap((text) => (text.trim() === "" ? [] : [read(text.trim())]));
    parameter.set(values.length === 0 && isNullable(schema) ? null : values);
  };
  const shown = listOf(parameter.value).map((value) => (typeof value === "string" ? value : writeLoose(value)));
  return (
    <Autocomplete
      multiple
      freeSolo
      size="small"
      id={fieldId(path)}
      options={wantsColumns ? [...columns] : choicesOf(item).map(String)}
      value={shown}
      disabled={parameter.readOnly}
      autoSelect={false}
      clearOnBlur
      onChange={(_event, next) => take(next.flatMap((text) => (shown.includes(text) ? [text] : text.split(","))))}
      onBlur={(event) => {
        const left = (event.target as HTMLInputElement).value;
        if (typeof left === "string" && left.trim() !== "") take([...shown, ...left.split(",")]);
        parameter.leave();
      }}
      renderValue={(values, itemProps) =>
        values.map((value, index) => {
          const { key, ...rest } = itemProps({ index });
          return <Chip key={key} size="small" label={value} {...rest} />;
        })
      }
      renderInput={(params) => (
        <TextInput
          {...params}
          error={parameter.fault !== undefined}
          placeholder={shown.length === 0 ? (wantsColumns ? "Columns, Enter after each" : "Enter after each") : ""}
          slotProps={withLabels(params.slotProps, label, describedBy)}
        />
      )}
    />
  );
}

export function ColumnField({ path, schema, label, describedBy }: FieldProps) {
  const parameter = useParameter(path);
  const { columns } = useParameters();
  const nullable = isNullable(schema);
  return (
    <Autocomplete
      freeSolo
      disableClearable
      size="small"
      id={fieldId(path)}
      options={[...columns]}
      disabled={parameter.readOnly}
      inputValue={typeof parameter.value === "string" ? parameter.value : ""}
      value={typeof parameter.value === "string" ? parameter.value : ""}
      onInputChange={(_event, text, reason) => {
        if (reason === "input") parameter.type(text === "" && nullable ? null : text);
        if (reason === "selectOption") parameter.set(text);
      }}
      onBlur={parameter.leave}
      renderInput={(params) => (
        <TextInput
          {...params}
          error={parameter.fault !== undefined}
          placeholder={nullable ? "none" : ""}
          slotProps={withLabels(params.slotProps, label, describedBy)}
        />
      )}
    />
  );
}
