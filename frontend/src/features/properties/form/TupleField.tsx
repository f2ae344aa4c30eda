/** A list of fixed length: its entries side by side, with the sum below where all of them are numbers. */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { fieldKind, tupleItems } from "../schema/field";
import { listOf, textOr } from "../schema/json";
import { Control } from "./Control";
import { useParameter, useParameters, type FieldProps } from "./parameters";
import { FaultText } from "./FaultText";
import { pointerOf } from "../schema/path";

export function TupleField({ path, schema, label, describedBy }: FieldProps) {
  const { value } = useParameter(path);
  const { faults } = useParameters();
  const items = tupleItems(schema) ?? [];
  const numbers = listOf(value).filter((entry) => typeof entry === "number");
  const sum = Number(numbers.reduce((total, entry) => total + entry, 0).toPrecision(10));
  const allNumbers = items.every((item) => fieldKind(item) === "number") && numbers.length === items.length;
  const inside = items.map((_, index) => faults[pointerOf([...path, index])]).find((fault) => fault !== undefined);
  return (
    <Box role="group" aria-label={label}>
      <Box sx={{ display: "grid", gridTemplateColumns: `repeat(${items.length}, minmax(0, 1fr))`, gap: 0.75 }}>
        {items.map((item, index) => (
          <Control
            key={index}
            path={[...path, index]}
            schema={item}
            label={`${label} ${textOr(item.title, String(index + 1))}`}
            describedBy={describedBy}
            compact
          />
        ))}
      </Box>
      <FaultText text={inside} />
      {allNumbers && items.length > 1 && (
        <Typography
          variant="caption"
          component="div"
          sx={{ color: "text.secondary", mt: 0.25, fontVariantNumeric: "tabular-nums" }}
        >
          Sum {sum}
        </Typography>
      )}
    </Box>
  );
}
