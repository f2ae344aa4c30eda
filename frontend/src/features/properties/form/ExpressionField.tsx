/** A value that is worked out for each run: text with references in place of what the field would hold otherwise. */
import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import TextInput from "@mui/material/TextField";
import { isExpression } from "@/domain/reference";
import { baseType } from "../schema/field";
import type { Json } from "../schema/json";
import { readLoose, writeLoose } from "../schema/written";
import { withLabels } from "./ChoiceField";
import { fieldId, useParameter, useParameters, type FieldProps } from "./parameters";
import { useDraft } from "./useDraft";

export function ExpressionField({ path, schema, label, describedBy }: FieldProps) {
  const parameter = useParameter(path);
  const { references } = useParameters();
  const isText = baseType(schema) === "string";
  const read = (text: string): Json => (isText || isExpression(text) ? text : readLoose(text));
  const write = (value: Json | undefined) => (isText && typeof value === "string" ? value : writeLoose(value));
  const draft = useDraft(parameter.value, write, read, parameter.type, schema.default);
  return (
    <Autocomplete
      freeSolo
      size="small"
      id={fieldId(path)}
      options={references.map((reference) => reference.text)}
      filterOptions={(options, { inputValue }) => options.filter((option) => fitsTyped(option, inputValue))}
      inputValue={draft.text}
      value={null}
      openOnFocus
      disabled={parameter.readOnly}
      onInputChange={(_event, text, reason) => {
        if (reason === "input" || reason === "clear") draft.type(text);
      }}
      onChange={(_event, chosen) => {
        if (typeof chosen === "string") draft.type(completed(draft.text, chosen));
      }}
      onBlur={() => {
        draft.leave();
        parameter.leave();
      }}
      renderOption={({ key, ...option }, text) => (
        <Box component="li" key={key} {...option} sx={{ display: "flex", gap: 1.5, fontSize: 12.5 }}>
          <Box component="code" sx={{ fontFamily: "var(--o-mono)", fontSize: 12 }}>
            {text}
          </Box>
          <Box component="span" sx={{ ml: "auto", color: "text.secondary", whiteSpace: "nowrap" }}>
            {references.find((reference) => reference.text === text)?.detail}
          </Box>
        </Box>
      )}
      renderInput={(params) => (
        <TextInput
          {...params}
          error={parameter.fault !== undefined}
          placeholder="${params.name}"
          slotProps={withLabels(params.slotProps, label, describedBy)}
          sx={{ "& input": { fontFamily: "var(--o-mono)", fontSize: 12 } }}
        />
      )}
    />
  );
}

/** What is typed after the last `${` says what is wanted; nothing typed wants everything. */
function fitsTyped(option: string, typed: string): boolean {
  if (option === typed) return true;
  const begun = typed.lastIndexOf("${");
  if (begun < 0) return true;
  const rest = typed.slice(begun);
  return rest.includes("}") || option.toLowerCase().includes(rest.slice(2).toLowerCase());
}

/** The chosen reference takes the place of the one that was begun; a whole value is replaced. */
function completed(typed: string, chosen: string): string {
  const begun = typed.lastIndexOf("${");
  const isOpen = begun >= 0 && !typed.slice(begun).includes("}");
  return isOpen ? typed.slice(0, begun) + chosen : chosen;
}
