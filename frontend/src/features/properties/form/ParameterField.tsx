/** One parameter: its title, control, help, what is wrong with it, and the way back to its default. */
import RestoreIcon from "@mui/icons-material/Replay";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { fieldKind, titleOf } from "../schema/field";
import { numberOf, textOr, type Schema } from "../schema/json";
import { pointerOf, type Path } from "../schema/path";
import { isModified, showValue } from "../schema/values";
import { Control } from "./Control";
import { FaultText } from "./FaultText";
import { fieldId, useParameters } from "./parameters";

const TELLING_LIMIT = 1e6; // a larger upper bound is a technical one

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
  const inline = fieldKind(schema) === "switch";
  const control = <Control path={path} schema={schema} label={label} describedBy={describedBy} />;
  return (
    <Box data-parameter={name} sx={{ gridColumn: isHalf ? "auto" : "1 / -1", minWidth: 0 }}>
      <Box sx={{ display: "flex", alignItems: "center", minHeight: 24, gap: 0.5 }}>
        <Title id={id} label={label} required={required} isGroup={isGroup(schema)} />
        {path.length === 1 && <ResetButton name={name} label={label} schema={schema} />}
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
