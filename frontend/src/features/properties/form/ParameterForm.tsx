/**
 * A step type's JSON Schema -> the form of one step's parameters. Everything drawn here follows from the schema; no step
 * type is known by name. The form holds no values: it shows what the document says and hands every change on.
 */
import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useMemo, useRef } from "react";
import { isExpression, type ReferenceOffer } from "@/domain/reference";
import type { Problem } from "@/domain/problem";
import { isObject, objectOr, type Json, type JsonObject, type Schema } from "../schema/json";
import { normalise } from "../schema/normalise";
import { pathOf, pointerOf, valueAt, withValueAt, type Path } from "../schema/path";
import { mergeFaults } from "../schema/problems";
import { SchemaChecker, type Faults } from "../schema/validate";
import { effectiveValues, resetParameter, takeOver } from "../schema/values";
import { ParameterGrid } from "./ParameterGrid";
import { ParametersProvider, type DatasetSource, type Gesture, type Parameters } from "./parameters";

export interface ParameterFormProps {
  /** What the form is called; "Parameters" if not said. */
  readonly label?: string;
  readonly stepId: string;
  readonly paramsSchema: Schema;
  readonly params: JsonObject;
  readonly problems: readonly Problem[];
  readonly readOnly: boolean;
  readonly datasets: DatasetSource | null;
  readonly columns: readonly string[];
  /** What values may refer to; undefined: references mean nothing here. */
  readonly references?: readonly ReferenceOffer[];
  /** `gesture`: changes with the same one belong together as one undo entry; each new one starts another. */
  readonly onChange: (params: JsonObject, gesture: string) => void;
}

export default function ParameterForm(props: ParameterFormProps) {
  const { stepId, params, problems, onChange } = props;
  const schema = useMemo(() => normalise(props.paramsSchema), [props.paramsSchema]);
  const checker = useMemo(() => new SchemaChecker(schema), [schema]);
  const gestures = useGestures(stepId);
  const values = effectiveValues(schema, params);

  const parameters: Parameters = {
    schema,
    params,
    values,
    faults: mergeFaults(withoutExpressions(checker.faults(values), values), problems, stepId),
    readOnly: props.readOnly,
    datasets: props.datasets,
    columns: props.columns,
    references: props.references ?? NO_REFERENCES,
    acceptsReferences: props.references !== undefined,
    change: (path, value, gesture) => onChange(applied(schema, params, path, value), gestures.of(path, gesture)),
    reset: (name) => onChange(resetParameter(params, name), gestures.of([name], "step")),
    endGesture: gestures.end,
  };
  const isEmpty = Object.keys(objectOr(schema.properties, {})).length === 0;
  return (
    <ParametersProvider value={parameters}>
      <Box
        role="form"
        aria-label={props.label ?? "Parameters"}
        sx={{
          display: "grid",
          gridTemplateColumns: "repeat(2, minmax(0, 1fr))",
          columnGap: 1.5,
          rowGap: 1.5,
          alignItems: "start",
        }}
      >
        <ParameterGrid path={[]} schema={schema} />
        {isEmpty && <NoParameters />}
      </Box>
    </ParametersProvider>
  );
}

const NO_REFERENCES: readonly ReferenceOffer[] = [];

/** What a reference will stand for is known only when the pipeline runs. */
function withoutExpressions(faults: Faults, values: JsonObject): Faults {
  const entries = Object.entries(faults);
  return Object.fromEntries(entries.filter(([pointer]) => !isExpression(valueAt(values, pathOf(pointer)))));
}

function NoParameters() {
  return (
    <Typography variant="body2" sx={{ color: "text.secondary", gridColumn: "1 / -1" }}>
      This step has no parameters.
    </Typography>
  );
}

function applied(schema: Schema, params: JsonObject, path: Path, value: Json | undefined): JsonObject {
  const next = withValueAt(effectiveValues(schema, params), path, value);
  return takeOver(schema, params, isObject(next) ? next : {});
}

/** Names gestures: typing on in one field keeps its name, anything else gets a new one. */
function useGestures(stepId: string) {
  const state = useRef({ count: 0, field: "" });
  return {
    of: (path: Path, gesture: Gesture): string => {
      const field = pointerOf(path);
      if (gesture === "step" || state.current.field !== field) state.current.count += 1;
      state.current.field = gesture === "typing" ? field : "";
      return `params:${stepId}:${state.current.count}`;
    },
    end: () => {
      state.current.field = "";
    },
  };
}
