/** An object with named parts: a small form inside the form. */
import Box from "@mui/material/Box";
import { isObject, listOf, objectOr } from "../schema/json";
import { type FieldProps } from "./parameters";
import { ParameterField } from "./ParameterField";

export function GroupField({ path, schema, label }: FieldProps) {
  const required = listOf(schema.required);
  return (
    <Box
      role="group"
      aria-label={label}
      sx={{
        display: "grid",
        gridTemplateColumns: "1fr 1fr",
        gap: 1.25,
        pl: 1.25,
        borderLeft: 2,
        borderColor: "divider",
      }}
    >
      {Object.entries(objectOr(schema.properties, {})).map(([name, part]) =>
        isObject(part) ? (
          <ParameterField
            key={name}
            path={[...path, name]}
            schema={part}
            name={name}
            required={required.includes(name)}
          />
        ) : null,
      )}
    </Box>
  );
}
