/** One of a few values, several of them, or on/off. */
import Autocomplete from "@mui/material/Autocomplete";
import MenuItem from "@mui/material/MenuItem";
import Select from "@mui/material/Select";
import Switch from "@mui/material/Switch";
import TextInput from "@mui/material/TextField";
import { choicesOf, isNullable } from "../schema/field";
import { listOf, objectOr, sameJson, textOr, type Json } from "../schema/json";
import { writeLoose } from "../schema/written";
import { fieldId, useParameter, type FieldProps } from "./parameters";

const NONE = "\u0000none"; // no choice a schema offers is written like this

const CELL = {
  "& .MuiSelect-select": { pl: 1, pr: "20px !important", fontSize: 12.5 },
  "& .MuiSelect-icon": { right: 1 },
};

export function ChoiceField({ path, schema, label, describedBy, compact }: FieldProps) {
  const parameter = useParameter(path);
  const choices = choicesOf(schema);
  const value = parameter.value === undefined ? schema.default : parameter.value;
  const index = choices.findIndex((choice) => sameJson(choice, value));
  const stray = index < 0 && value !== undefined && value !== null;
  const shown = index >= 0 ? String(index) : stray ? "stray" : value === null ? NONE : "";
  return (
    <Select
      size="small"
      fullWidth
      displayEmpty
      value={shown}
      disabled={parameter.readOnly}
      {...(compact ? { sx: CELL } : {})}
      error={parameter.fault !== undefined}
      onChange={(event) => parameter.set(event.target.value === NONE ? null : choices[Number(event.target.value)])}
      slotProps={{ input: { id: fieldId(path) } }}
      SelectDisplayProps={{
        id: `${fieldId(path)}-shown`,
        "aria-describedby": describedBy,
        ...(compact ? { "aria-label": label } : { "aria-labelledby": `${fieldId(path)}-label ${fieldId(path)}-shown` }),
      }}
    >
      {isNullable(schema) && (
        <MenuItem dense value={NONE} sx={{ color: "text.secondary" }}>
          {textOr(schema["x-none"], "none")}
        </MenuItem>
      )}
      {stray && (
        <MenuItem dense value="stray" disabled>
          {writeLoose(value)}
        </MenuItem>
      )}
      {choices.map((choice, place) => (
        <MenuItem dense key={writeLoose(choice)} value={String(place)}>
          {typeof choice === "string" ? choice : writeLoose(choice)}
        </MenuItem>
      ))}
    </Select>
  );
}

export function ChoicesField({ path, schema, label, describedBy }: FieldProps) {
  const parameter = useParameter(path);
  const options = choicesOf(objectOr(schema.items, {})).map(String);
  return (
    <Autocomplete
      multiple
      size="small"
      id={fieldId(path)}
      options={options}
      value={listOf(parameter.value).map(String)}
      disabled={parameter.readOnly}
      disableCloseOnSelect
      onChange={(_event, next) => parameter.set(next)}
      renderInput={(params) => (
        <TextInput
          {...params}
          error={parameter.fault !== undefined}
          slotProps={withLabels(params.slotProps, label, describedBy)}
        />
      )}
    />
  );
}

export function withLabels<S extends { htmlInput: object }>(
  slotProps: S,
  label: string,
  describedBy: string | undefined,
) {
  return { ...slotProps, htmlInput: { ...slotProps.htmlInput, "aria-label": label, "aria-describedby": describedBy } };
}

const THREE_WAYS: readonly [string, Json][] = [
  ["auto", null],
  ["on", true],
  ["off", false],
];

export function SwitchField(props: FieldProps) {
  const { path, schema, label, describedBy } = props;
  const parameter = useParameter(path);
  if (isNullable(schema)) return <ThreeWayField {...props} />;
  return (
    <Switch
      size="small"
      checked={(parameter.value ?? schema.default) === true}
      disabled={parameter.readOnly}
      onChange={(event) => parameter.set(event.target.checked)}
      slotProps={{ input: { id: fieldId(path), role: "switch", "aria-label": label, "aria-describedby": describedBy } }}
    />
  );
}

function ThreeWayField({ path, label, describedBy }: FieldProps) {
  const parameter = useParameter(path);
  const chosen = THREE_WAYS.find(([, value]) => value === parameter.value)?.[0] ?? "auto";
  return (
    <Select
      size="small"
      fullWidth
      value={chosen}
      disabled={parameter.readOnly}
      error={parameter.fault !== undefined}
      onChange={(event) => parameter.set(THREE_WAYS.find(([word]) => word === event.target.value)?.[1] ?? null)}
      slotProps={{ input: { id: fieldId(path) } }}
      SelectDisplayProps={{ "aria-label": label, "aria-describedby": describedBy }}
    >
      {THREE_WAYS.map(([word]) => (
        <MenuItem dense key={word} value={word}>
          {word}
        </MenuItem>
      ))}
    </Select>
  );
}
