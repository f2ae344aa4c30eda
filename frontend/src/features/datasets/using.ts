/** Which step takes a data set: any whose schema has a parameter for one. No step type is known by name. */
import { type Catalog, parameterSchemas, type StepType } from "@/domain/catalog";
import type { Step } from "@/domain/pipeline";

export interface Taker {
  readonly stepId: string;
  readonly parameter: string;
}

/** The parameter of a step type that names data; null if it has none. */
export function datasetParameter(stepType: StepType): string | null {
  const entry = Object.entries(parameterSchemas(stepType)).find(([, schema]) => schema["x-widget"] === "dataset");
  return entry?.[0] ?? null;
}

export function takerOf(step: Step | undefined, catalog: Catalog): Taker | null {
  const stepType = step && catalog.get(step.type);
  const parameter = stepType ? datasetParameter(stepType) : null;
  return step && parameter !== null ? { stepId: step.id, parameter } : null;
}

/** The first step type that takes data sets. */
export function takingType(catalog: Catalog): { typeId: string; parameter: string } | null {
  for (const stepType of catalog.values()) {
    const parameter = datasetParameter(stepType);
    if (parameter !== null) return { typeId: stepType.id, parameter };
  }
  return null;
}
