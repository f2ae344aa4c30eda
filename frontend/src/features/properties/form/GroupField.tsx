/** An object with named parts: a small form inside the form. */
import Box from "@mui/material/Box";
import type { FieldProps } from "./parameters";
import { ParameterGrid } from "./ParameterGrid";

export function GroupField({ path, schema, label }: FieldProps) {
  return (
    <Box
      role="group"
      aria-label={label}
      sx={{
        display: "grid",
        gridTemplateColumns: "repeat(2, minmax(0, 1fr))",
        gap: 1.25,
        pl: 1.25,
        borderLeft: 2,
        borderColor: "divider",
      }}
    >
      <ParameterGrid path={path} schema={schema} />
    </Box>
  );
}
