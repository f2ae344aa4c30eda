/** What the fields of one step's form share: where values come from and where changes go. */
import { createContext, useContext } from "react";
import type { ReferenceOffer } from "@/domain/reference";
import type { Json, JsonObject, Schema } from "../schema/json";
import { pointerOf, valueAt, type Path } from "../schema/path";
import type { Faults } from "../schema/validate";

/** `typing`: one of many small changes that make one undo entry until the field is left. `step`: an entry of its own. */
export type Gesture = "typing" | "step";

export interface UploadedDataset {
  readonly id: string;
  readonly name: string;
  /** What the parameter takes for it. */
  readonly location: string;
}

export interface DatasetSource {
  readonly uploaded: readonly UploadedDataset[];
  /** Answers the uploaded file's location. */
  readonly upload: (file: File) => Promise<string>;
}

export interface Parameters {
  readonly schema: Schema;
  readonly params: JsonObject;
  readonly values: JsonObject;
  readonly faults: Faults;
  readonly readOnly: boolean;
  readonly datasets: DatasetSource | null;
  /** Names of columns known to arrive at the step; empty if nothing is known. */
  readonly columns: readonly string[];
  /** What values may refer to; empty where references mean nothing. */
  readonly references: readonly ReferenceOffer[];
  readonly acceptsReferences: boolean;
  readonly change: (path: Path, value: Json | undefined, gesture: Gesture) => void;
  readonly reset: (name: string) => void;
  readonly endGesture: () => void;
}

const ParametersContext = createContext<Parameters | null>(null);

export const ParametersProvider = ParametersContext.Provider;

export function useParameters(): Parameters {
  const parameters = useContext(ParametersContext);
  if (!parameters) throw new Error("A parameter field must stand inside a ParameterForm.");
  return parameters;
}

export interface ParameterState {
  readonly value: Json | undefined;
  readonly fault: string | undefined;
  readonly readOnly: boolean;
  readonly type: (value: Json | undefined) => void;
  readonly set: (value: Json | undefined) => void;
  readonly leave: () => void;
}

export function useParameter(path: Path): ParameterState {
  const { values, faults, readOnly, change, endGesture } = useParameters();
  return {
    value: valueAt(values, path),
    fault: faults[pointerOf(path)],
    readOnly,
    type: (value) => change(path, value, "typing"),
    set: (value) => change(path, value, "step"),
    leave: endGesture,
  };
}

export function fieldId(path: Path): string {
  return `param${pointerOf(path)}`;
}

/** What every kind of field is given. `compact`: a cell of a row, whose label is shown above the column. */
export interface FieldProps {
  readonly path: Path;
  readonly schema: Schema;
  readonly label: string;
  readonly describedBy: string | undefined;
  readonly compact?: boolean;
}
