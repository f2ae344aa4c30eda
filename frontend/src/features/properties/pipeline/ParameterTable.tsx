/** The pipeline's parameters, a row each. */
import AddIcon from "@mui/icons-material/Add";
import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import {
  emptyText,
  PARAMETER_TYPES,
  type ParameterRow,
  type ParameterType,
  readValue,
  rowFaults,
} from "@/domain/parameters";
import { ValueField } from "@/ui/ValueField";

const GRID = { display: "grid", gridTemplateColumns: "1.1fr 104px 1.2fr 1.6fr 34px", gap: 1, alignItems: "start" };

interface ParameterTableProps {
  readonly rows: readonly ParameterRow[];
  readonly onChange: (rows: ParameterRow[]) => void;
}

export function ParameterTable({ rows, onChange }: ParameterTableProps) {
  const add = () => {
    const key = Math.max(-1, ...rows.map((row) => row.key)) + 1;
    onChange([
      ...rows,
      { key, was: null, name: freeName(rows), type: "float", text: "0", hadDefault: true, description: "" },
    ]);
  };
  return (
    <>
      {rows.length > 0 && <Heads />}
      {rows.map((row) => (
        <Row
          key={row.key}
          row={row}
          faults={rowFaults(row, rows)}
          onChange={(changes) => onChange(rows.map((other) => (other === row ? { ...row, ...changes } : other)))}
          onRemove={() => onChange(rows.filter((other) => other !== row))}
        />
      ))}
      <Button startIcon={<AddIcon />} onClick={add} sx={{ ml: -0.5 }}>
        Add parameter
      </Button>
    </>
  );
}

function Heads() {
  return (
    <Box aria-hidden sx={{ ...GRID, mb: 0.25 }}>
      {["Name", "Type", "Default", "Description"].map((head) => (
        <Typography key={head} variant="caption" sx={{ color: "text.secondary" }}>
          {head}
        </Typography>
      ))}
    </Box>
  );
}

interface RowProps {
  readonly row: ParameterRow;
  readonly faults: { readonly name?: string; readonly text?: string };
  readonly onChange: (changes: Partial<ParameterRow>) => void;
  readonly onRemove: () => void;
}

function Row({ row, faults, onChange, onRemove }: RowProps) {
  return (
    <Box role="group" aria-label={`Parameter ${row.name}`} sx={{ ...GRID, mb: 1 }}>
      <TextField
        value={row.name}
        error={faults.name !== undefined}
        helperText={faults.name}
        onChange={(change) => onChange({ name: change.target.value })}
        slotProps={{ htmlInput: { "aria-label": "Name", spellCheck: false, maxLength: 64 } }}
      />
      <TextField
        select
        value={row.type}
        onChange={(change) => onChange(retyped(row, change.target.value as ParameterType))}
        slotProps={{ select: { SelectDisplayProps: { "aria-label": `Type of ${row.name}` } } }}
      >
        {PARAMETER_TYPES.map((type) => (
          <MenuItem dense key={type} value={type}>
            {type}
          </MenuItem>
        ))}
      </TextField>
      <ValueField
        label={`Default of ${row.name}`}
        type={row.type}
        text={row.text}
        placeholder={row.type === "string" && row.hadDefault ? "empty" : "none: given to each run"}
        onType={(text) => onChange({ text })}
      />
      <TextField
        value={row.description}
        onChange={(change) => onChange({ description: change.target.value })}
        slotProps={{ htmlInput: { "aria-label": `Description of ${row.name}` } }}
      />
      <IconButton aria-label={`Remove parameter ${row.name}`} onClick={onRemove} sx={{ mt: 0.25 }}>
        <DeleteIcon fontSize="small" />
      </IconButton>
    </Box>
  );
}

/** A value that means something in the new type as well stays. */
function retyped(row: ParameterRow, type: ParameterType): Partial<ParameterRow> {
  return { type, text: "fault" in readValue(type, row.text) ? emptyText(type) : row.text };
}

function freeName(rows: readonly ParameterRow[]): string {
  for (let n = 1; ; n += 1) {
    const name = `parameter_${n}`;
    if (rows.every((row) => row.name !== name)) return name;
  }
}
