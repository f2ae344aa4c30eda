/** A list of objects: one compact line each with the columns' names above, or a card each where a line is too narrow. */
import AddIcon from "@mui/icons-material/Add";
import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Typography from "@mui/material/Typography";
import { fitsOneLine, titleOf } from "../schema/field";
import { isObject, listOf, objectOr, textOr, type JsonObject, type Schema } from "../schema/json";
import { pointerOf, type Path } from "../schema/path";
import { defaultsOf } from "../schema/values";
import { Control } from "./Control";
import { FaultText } from "./FaultText";
import { GroupField } from "./GroupField";
import { useParameter, useParameters, type FieldProps } from "./parameters";

export function RowsField({ path, schema, label }: FieldProps) {
  const parameter = useParameter(path);
  const item = objectOr(schema.items, {});
  const rows = listOf(parameter.value);
  const columns = Object.entries(objectOr(item.properties, {})).filter((entry): entry is [string, Schema] =>
    isObject(entry[1]),
  );
  const add = () => parameter.set([...rows, firstRow(item)]);
  const isLine = fitsOneLine(item);
  const Shape = isLine ? Line : Card;
  const what = textOr(item.title, "entry").toLowerCase();
  return (
    <Box role="group" aria-label={label}>
      {rows.length > 0 && isLine && <Heads columns={columns} />}
      {rows.map((_, index) => (
        <Shape
          key={index}
          schema={item}
          path={[...path, index]}
          columns={columns}
          name={`${what} ${index + 1}`}
          onRemove={parameter.readOnly ? undefined : () => parameter.set(rows.filter((__, place) => place !== index))}
        />
      ))}
      {rows.length === 0 && <Empty />}
      <Button
        size="small"
        startIcon={<AddIcon />}
        onClick={add}
        disabled={parameter.readOnly}
        sx={{ mt: 0.5, ml: -0.5 }}
      >
        Add {what}
      </Button>
    </Box>
  );
}

export function Empty() {
  return (
    <Typography variant="caption" component="div" sx={{ color: "text.secondary" }}>
      None yet
    </Typography>
  );
}

function firstRow(item: Schema): JsonObject {
  return defaultsOf(item);
}

function gridOf(count: number) {
  return { display: "grid", gridTemplateColumns: `repeat(${count}, minmax(0, 1fr)) 30px`, gap: 0.5 };
}

function Heads({ columns }: { readonly columns: readonly [string, Schema][] }) {
  return (
    <Box aria-hidden sx={{ ...gridOf(columns.length), mb: 0.25 }}>
      {columns.map(([name, column]) => (
        <Typography key={name} variant="caption" noWrap sx={{ color: "text.secondary" }}>
          {titleOf(name, column)}
        </Typography>
      ))}
    </Box>
  );
}

interface RowProps {
  readonly path: Path;
  readonly schema: Schema;
  readonly columns: readonly [string, Schema][];
  readonly name: string;
  readonly onRemove: (() => void) | undefined;
}

function Line({ path, columns, name, onRemove }: RowProps) {
  const { faults } = useParameters();
  const fault = columns.map(([column, schema]) => {
    const text = faults[pointerOf([...path, column])];
    return text === undefined ? undefined : `${titleOf(column, schema)}: ${text}`;
  });
  return (
    <Box role="group" aria-label={name} sx={{ mb: 0.5 }}>
      <Box sx={{ ...gridOf(columns.length), alignItems: "center" }}>
        {columns.map(([column, schema]) => (
          <Control
            key={column}
            path={[...path, column]}
            schema={schema}
            label={`${titleOf(column, schema)}, ${name}`}
            describedBy={undefined}
            compact
          />
        ))}
        <IconButton size="small" aria-label={`Remove ${name}`} disabled={!onRemove} onClick={onRemove}>
          <DeleteIcon fontSize="small" />
        </IconButton>
      </Box>
      <FaultText text={faults[pointerOf(path)] ?? fault.find((text) => text !== undefined)} />
    </Box>
  );
}

function Card({ path, schema, name, onRemove }: RowProps) {
  const { faults } = useParameters();
  return (
    <Box sx={{ mb: 1 }}>
      <Box sx={{ display: "flex", alignItems: "center" }}>
        <Typography
          variant="caption"
          sx={{ color: "text.secondary", "&::first-letter": { textTransform: "uppercase" } }}
        >
          {name}
        </Typography>
        <IconButton
          size="small"
          aria-label={`Remove ${name}`}
          disabled={!onRemove}
          onClick={onRemove}
          sx={{ ml: "auto" }}
        >
          <DeleteIcon fontSize="small" />
        </IconButton>
      </Box>
      <GroupField path={path} schema={schema} label={name} describedBy={undefined} />
      <FaultText text={faults[pointerOf(path)]} />
    </Box>
  );
}
