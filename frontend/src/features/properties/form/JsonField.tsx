/** A value of no one shape: JSON where it is JSON, else text. */
import InputAdornment from "@mui/material/InputAdornment";
import { isNullable } from "../schema/field";
import { listOf, type Json } from "../schema/json";
import { kindWord, readLoose, writeLoose } from "../schema/written";
import { useParameter, type FieldProps } from "./parameters";
import { DraftInput } from "./TextField";

export function JsonField(props: FieldProps) {
  const { value } = useParameter(props.path);
  const nullable = isNullable(props.schema) || acceptsNull(props.schema);
  const read = (text: string): Json => (text.trim() === "" ? (nullable ? null : "") : readLoose(text));
  const write = (shown: Json | undefined) => (shown === null && nullable ? "" : writeLoose(shown));
  return (
    <DraftInput
      {...props}
      read={read}
      write={write}
      placeholder={nullable ? "none" : ""}
      multiline={!(props.compact ?? false)}
      end={
        <InputAdornment position="end" aria-hidden sx={{ "& p": { fontSize: 11 } }}>
          {kindWord(value)}
        </InputAdornment>
      }
    />
  );
}

function acceptsNull(schema: FieldProps["schema"]): boolean {
  const branches = [...listOf(schema.anyOf), ...listOf(schema.oneOf)];
  return branches.some(
    (branch) => typeof branch === "object" && branch !== null && !Array.isArray(branch) && branch.type === "null",
  );
}
