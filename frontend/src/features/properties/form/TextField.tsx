/** One line or several of text, or a number, typed into a plain input. */
import OutlinedInput from "@mui/material/OutlinedInput";
import type { KeyboardEvent, ReactNode } from "react";
import { baseType, isNullable } from "../schema/field";
import { numberOf, type Json } from "../schema/json";
import { readNumber } from "../schema/written";
import { fieldId, useParameter, type FieldProps } from "./parameters";
import { useDraft } from "./useDraft";

const CELL = { "& input": { px: 1, fontSize: 12.5 } };

interface InputProps extends FieldProps {
  readonly write: (value: Json | undefined) => string;
  readonly read: (text: string) => Json | undefined;
  readonly inputMode?: "decimal" | "numeric";
  readonly multiline?: boolean;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly end?: ReactNode;
  readonly placeholder?: string;
}

export function DraftInput(props: InputProps) {
  const { path, schema, label, describedBy, compact } = props;
  const parameter = useParameter(path);
  const draft = useDraft(parameter.value, props.write, props.read, parameter.type, schema.default);
  return (
    <OutlinedInput
      id={fieldId(path)}
      size="small"
      fullWidth
      multiline={props.multiline ?? false}
      {...(props.multiline ? { minRows: 2, maxRows: 8 } : {})}
      value={draft.text}
      error={parameter.fault !== undefined}
      disabled={parameter.readOnly}
      placeholder={writeText(parameter.value === undefined ? schema.default : undefined) || (props.placeholder ?? "")}
      endAdornment={props.end}
      onChange={(event) => draft.type(event.target.value)}
      onBlur={() => {
        draft.leave();
        parameter.leave();
      }}
      onKeyDown={props.onKeyDown}
      {...(compact ? { sx: CELL } : {})}
      slotProps={{
        input: {
          "aria-describedby": describedBy,
          ...(compact ? { "aria-label": label } : {}),
          ...(props.inputMode ? { inputMode: props.inputMode } : {}),
          spellCheck: props.multiline ?? false,
          autoComplete: "off",
        },
      }}
    />
  );
}

function writeText(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function TextField(props: FieldProps & { readonly multiline?: boolean }) {
  const nullable = isNullable(props.schema);
  const read = (text: string): Json => (text === "" && nullable ? null : text);
  return <DraftInput {...props} write={writeText} read={read} placeholder={nullable ? "none" : ""} />;
}

export function NumberField(props: FieldProps) {
  const { path, schema } = props;
  const parameter = useParameter(path);
  const whole = baseType(schema) === "integer";
  const nullable = isNullable(schema);
  const inList = typeof path[path.length - 1] === "number";
  const read = (text: string): Json | undefined => readNumber(text) ?? (nullable || inList ? null : undefined);
  const stepBy = (event: KeyboardEvent) => {
    const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (direction === 0 || typeof parameter.value !== "number") return;
    event.preventDefault();
    parameter.type(clamp(neighbour(parameter.value, direction, whole), schema));
  };
  return (
    <DraftInput
      {...props}
      write={writeText}
      read={read}
      inputMode={whole ? "numeric" : "decimal"}
      onKeyDown={stepBy}
      placeholder={nullable ? "none" : ""}
    />
  );
}

/** Whole numbers by one; others by one in their second significant digit's place: 0.75 -> 0.76, 100.5 -> 101.5. */
export function neighbour(value: number, direction: number, whole: boolean): number {
  if (whole) return Math.round(value) + direction;
  const magnitude = value === 0 ? -1 : Math.floor(Math.log10(Math.abs(value))) - 1;
  const step = 10 ** Math.min(0, magnitude);
  return Number((value + direction * step).toPrecision(12));
}

function clamp(value: number, schema: FieldProps["schema"]): number {
  const low = numberOf(schema.minimum) ?? -Infinity;
  const high = numberOf(schema.maximum) ?? Infinity;
  return Math.min(high, Math.max(low, value));
}
