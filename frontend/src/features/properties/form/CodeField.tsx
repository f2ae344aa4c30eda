/** Code, in an editor that is fetched when the first one is shown. */
import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { lazy, Suspense } from "react";
import { isNullable } from "../schema/field";
import { textOr } from "../schema/json";
import { fieldId, useParameter, type FieldProps } from "./parameters";

const CodeEditor = lazy(() => import("./CodeEditor"));

export function CodeField({ path, schema, label, describedBy }: FieldProps) {
  const parameter = useParameter(path);
  const nullable = isNullable(schema);
  return (
    <Box
      sx={{
        border: 1,
        borderColor: parameter.fault === undefined ? "divider" : "error.main",
        borderRadius: 1,
        overflow: "hidden",
      }}
    >
      <Suspense fallback={<Skeleton variant="rectangular" height={120} />}>
        <CodeEditor
          id={fieldId(path)}
          label={label}
          describedBy={describedBy}
          language={textOr(schema["x-language"], "python")}
          text={typeof parameter.value === "string" ? parameter.value : ""}
          readOnly={parameter.readOnly}
          onType={(text) => parameter.type(text === "" && nullable ? null : text)}
          onLeave={parameter.leave}
        />
      </Suspense>
    </Box>
  );
}
