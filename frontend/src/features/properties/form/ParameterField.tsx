/** One parameter: its title, control, help, what is wrong with it, and the way back to its default. */
import DataObjectIcon from "@mui/icons-material/DataObject";
import RestoreIcon from "@mui/icons-material/Replay";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { isExpression } from "@/domain/reference";
import { fieldKind, isLiteral, titleOf } from "../schema/field";
import { numberOf, textOr, type Json, type Schema } from "../schema/json";
import { pointerOf, type Path } from "../schema/path";
import { isModified, showValue } from "../schema/values";
import { Control } from "./Control";
import { ExpressionField } from "./ExpressionField";
import { FaultText } from "./FaultText";
import { fieldId, useParameter, useParameters } from "./parameters";

const TELLING_LIMIT = 1e6; // a larger upper bound is a technical one

/** The way to an expression shows itself to the pointer and the keyboard only where they are. */
const QUIET_UNLESS_NEAR = {
  "&:not(:hover):not(:focus-within) .param-expression[aria-pressed=false]": { opacity: 0 },
};

interface ParameterFieldProps {
  readonly path: Path;
  readonly schema: Schema;
  readonly name: string;
  readonly required: boolean;
  readonly isHalf: boolean;
}

export function ParameterField({ path, schema, name, required, isHalf }: ParameterFieldProps) {
  const { faults } = useParameters();
  const id = fieldId(path);
  const label = titleOf(name, schema);
  const help = helpText(schema);
  const fault = faults[pointerOf(path)];
  const describedBy = [help ? `${id}-help` : "", fault ? `${id}-fault` : ""].filter(Boolean).join(" ") || undefined;
  const expression = useExpression(path, schema);
  const inline = fieldKind(schema) === "switch" && !expression.isOn;
  const Field = expression.isOn ? ExpressionField : Control;
  const control = <Field path={path} schema={schema} label={label} describedBy={describedBy} />;
  return (
    <Box data-parameter={name} sx={{ gridColumn: isHalf ? "auto" : "1 / -1", minWidth: 0, ...QUIET_UNLESS_NEAR }}>
      <Box sx={{ display: "flex", alignItems: "center", minHeight: 24, gap: 0.5 }}>
        <Title id={id} label={label} required={required} isGroup={isGroup(schema) && !expression.isOn} />
        {path.length === 1 && <ResetButton name={name} label={label} schema={schema} />}
        {expression.isOffered && (
          <ExpressionButton
            describedBy={`${id}-label`}
            isOn={expression.isOn}
            onToggle={expression.toggle}
            isLast={!inline}
          />
        )}
        {inline && <Box sx={{ ml: "auto" }}>{control}</Box>}
      </Box>
      {!inline && control}
      <FaultText id={`${id}-fault`} text={fault} />
      {help && (
        <Typography
          id={`${id}-help`}
          variant="caption"
          component="div"
          sx={{ color: "text.secondary", mt: 0.25, lineHeight: 1.35 }}
        >
          {help}
        </Typography>
      )}
    </Box>
  );
}

/** Whether a field holds an expression. One that is shown as text can hold one as it is; any other is swapped. */
function useExpression(path: Path, schema: Schema) {
  const { acceptsReferences, readOnly } = useParameters();
  const { value, set } = useParameter(path);
  const holds = acceptsReferences && !isLiteral(schema) && isExpression(value);
  const [isWanted, setWanted] = useState(holds);
  const [wasHeld, setHeld] = useState(holds);
  const showsText = ["text", "number", "column", "dataset"].includes(fieldKind(schema));
  // Undo or reset took the expression away.
  if (wasHeld !== holds) {
    setHeld(holds);
    if (!holds && !isTypedText(value)) setWanted(false);
  }
  const isOn = isWanted || (holds && !showsText);
  return {
    isOn,
    isOffered:
      acceptsReferences && !readOnly && !isLiteral(schema) && !["code", "longText"].includes(fieldKind(schema)),
    toggle: () => {
      setWanted(!isOn);
      if (isOn && holds) set(undefined);
    },
  };
}

function isTypedText(value: Json | undefined): boolean {
  return typeof value === "string" && value.includes("$");
}

interface ExpressionButtonProps {
  /** The id of what names the field. */
  readonly describedBy: string;
  readonly isOn: boolean;
  readonly isLast: boolean;
  readonly onToggle: () => void;
}

function ExpressionButton({ describedBy, isOn, isLast, onToggle }: ExpressionButtonProps) {
  const words = isOn ? "Use a plain value" : "Use an expression";
  return (
    <Tooltip title={isOn ? words : `${words}: a parameter of the pipeline, a metric of a step before`}>
      <IconButton
        size="small"
        className="param-expression"
        aria-label={words}
        aria-describedby={describedBy}
        aria-pressed={isOn}
        onClick={onToggle}
        sx={{ p: 0.25, ml: isLast ? "auto" : 0.5, color: isOn ? "primary.main" : "text.secondary" }}
      >
        <DataObjectIcon sx={{ fontSize: 15 }} />
      </IconButton>
    </Tooltip>
  );
}

function isGroup(schema: Schema): boolean {
  return ["tuple", "rows", "dictionary", "group", "code"].includes(fieldKind(schema));
}

function Title({
  id,
  label,
  required,
  isGroup,
}: {
  readonly id: string;
  readonly label: string;
  readonly required: boolean;
  readonly isGroup: boolean;
}) {
  return (
    <Typography
      id={`${id}-label`}
      component={isGroup ? "span" : "label"}
      {...(isGroup ? {} : { htmlFor: id })}
      variant="body2"
      sx={{ fontWeight: 500, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}
    >
      {label}
      {required && (
        <Box component="span" aria-hidden sx={{ color: "error.main", ml: 0.25 }}>
          *
        </Box>
      )}
    </Typography>
  );
}

function ResetButton({
  name,
  label,
  schema,
}: {
  readonly name: string;
  readonly label: string;
  readonly schema: Schema;
}) {
  const parameters = useParameters();
  if (parameters.readOnly || schema.default === undefined) return null;
  if (!isModified(parameters.schema, parameters.params, name)) return null;
  const title = `Reset to default: ${showValue(schema.default)}`;
  return (
    <Tooltip title={title}>
      <IconButton
        size="small"
        aria-label={`Reset ${label} to its default`}
        onClick={() => parameters.reset(name)}
        sx={{ p: 0.25 }}
      >
        <RestoreIcon sx={{ fontSize: 15, transform: "none" }} />
      </IconButton>
    </Tooltip>
  );
}

export function helpText(schema: Schema): string {
  const description = textOr(schema.description, "");
  const low = numberOf(schema.minimum) ?? numberOf(schema.exclusiveMinimum);
  const high = numberOf(schema.maximum) ?? numberOf(schema.exclusiveMaximum);
  const isTelling = low !== undefined && high !== undefined && Math.abs(high) <= TELLING_LIMIT;
  const range = isTelling ? `${low} to ${high}` : "";
  return [description, range && !description.includes(range) ? `(${range})` : ""].filter(Boolean).join(" ");
}
