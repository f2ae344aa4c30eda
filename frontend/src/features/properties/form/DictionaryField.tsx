/** Names with JSON values: one row each. Rows whose name is empty or taken wait in the form until they have a free one. */
import AddIcon from "@mui/icons-material/Add";
import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import InputAdornment from "@mui/material/InputAdornment";
import OutlinedInput from "@mui/material/OutlinedInput";
import { useState } from "react";
import { baseType } from "../schema/field";
import { objectOr, sameJson, type Json, type JsonObject, type Schema } from "../schema/json";
import { pointerOf } from "../schema/path";
import { kindWord, readLoose, writeLoose } from "../schema/written";
import { FaultText } from "./FaultText";
import { fieldId, useParameter, useParameters, type FieldProps } from "./parameters";
import { Empty } from "./RowsField";

interface Entry {
  readonly name: string;
  readonly text: string;
}

/** How values read as text: JSON where any value may stand, the text itself where the schema wants text. */
export interface Writing {
  readonly write: (value: Json) => string;
  readonly read: (text: string) => Json;
}

const LOOSE: Writing = { write: writeLoose, read: readLoose };
const PLAIN: Writing = {
  write: (value) => (typeof value === "string" ? value : writeLoose(value)),
  read: (text) => text,
};

export function writingOf(schema: Schema): Writing {
  return baseType(objectOr(schema.additionalProperties, {})) === "string" ? PLAIN : LOOSE;
}

export function entriesOf(value: JsonObject, { write }: Writing): Entry[] {
  return Object.entries(value).map(([name, inner]) => ({ name, text: write(inner) }));
}

/** The first of several entries with one name wins; entries without a name are left out. */
export function dictionaryOf(entries: readonly Entry[], { read }: Writing): JsonObject {
  const value: JsonObject = {};
  for (const { name, text } of entries) if (name !== "" && !Object.hasOwn(value, name)) value[name] = read(text);
  return value;
}

export function DictionaryField({ path, schema, label, describedBy }: FieldProps) {
  const parameter = useParameter(path);
  const { faults } = useParameters();
  const value = objectOr(parameter.value, {});
  const [draft, setDraft] = useState<readonly Entry[] | null>(null);
  const writing = writingOf(schema);
  const entries = draft && sameJson(dictionaryOf(draft, writing), value) ? draft : entriesOf(value, writing);

  const put = (next: readonly Entry[], gesture: "type" | "set") => {
    setDraft(next);
    const dictionary = dictionaryOf(next, writing);
    if (!sameJson(dictionary, value)) parameter[gesture](dictionary);
  };
  const edit = (index: number, change: Partial<Entry>) =>
    put(
      entries.map((entry, place) => (place === index ? { ...entry, ...change } : entry)),
      "type",
    );
  const isTaken = (index: number) => entries.slice(0, index).some((entry) => entry.name === entries[index]?.name);

  return (
    <Box role="group" aria-label={label} aria-describedby={describedBy}>
      {entries.map((entry, index) => (
        <Box key={index} role="group" aria-label={`${label} ${index + 1}`} sx={{ mb: 0.5 }}>
          <Box
            sx={{
              display: "grid",
              gridTemplateColumns: "minmax(0, 2fr) minmax(0, 3fr) 30px",
              gap: 0.5,
              alignItems: "center",
            }}
          >
            <OutlinedInput
              size="small"
              value={entry.name}
              placeholder="name"
              disabled={parameter.readOnly}
              error={entry.name !== "" && isTaken(index)}
              onChange={(event) => edit(index, { name: event.target.value })}
              onBlur={parameter.leave}
              slotProps={{ input: { "aria-label": `Name ${index + 1}`, spellCheck: false } }}
            />
            <OutlinedInput
              id={fieldId([...path, entry.name])}
              size="small"
              value={entry.text}
              placeholder="value"
              disabled={parameter.readOnly}
              onChange={(event) => edit(index, { text: event.target.value })}
              onBlur={parameter.leave}
              endAdornment={<KindWord value={writing.read(entry.text)} />}
              slotProps={{ input: { "aria-label": `Value of ${entry.name || index + 1}`, spellCheck: false } }}
            />
            <IconButton
              size="small"
              aria-label={`Remove ${entry.name || index + 1}`}
              disabled={parameter.readOnly}
              onClick={() =>
                put(
                  entries.filter((_, place) => place !== index),
                  "set",
                )
              }
            >
              <DeleteIcon fontSize="small" />
            </IconButton>
          </Box>
          <FaultText
            text={
              entry.name !== "" && isTaken(index) ? "This name is taken." : faults[pointerOf([...path, entry.name])]
            }
          />
        </Box>
      ))}
      {entries.length === 0 && <Empty />}
      <Button
        size="small"
        startIcon={<AddIcon />}
        disabled={parameter.readOnly}
        onClick={() => put([...entries, { name: "", text: "" }], "set")}
        sx={{ mt: 0.5, ml: -0.5 }}
      >
        Add value
      </Button>
    </Box>
  );
}

function KindWord({ value }: { readonly value: Json }) {
  return (
    <InputAdornment position="end" aria-hidden sx={{ "& p": { fontSize: 11 } }}>
      {kindWord(value)}
    </InputAdornment>
  );
}
