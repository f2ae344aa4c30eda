/** The ports of a card, and the quiet `after` port every step has. */

import { useUpdateNodeInternals } from "@xyflow/react";
import { memo, useEffect, useRef } from "react";
import type { StepType } from "@/domain/catalog";
import type { Direction } from "@/domain/pipeline";
import { AFTER } from "@/domain/ports";
import { missingPorts, type Problem } from "@/domain/problem";
import { Port } from "./Port";

interface Props {
  stepId: string;
  stepType: StepType | undefined;
  direction: Direction;
  isAwaiting: boolean;
  /** Of the step: edges that name a port which is not there have one of their own. */
  problems: readonly Problem[];
}

export const Ports = memo(function Ports({ stepId, stepType, direction, isAwaiting, problems }: Props) {
  const missing = missingPorts(problems);
  const inputs = [...(stepType?.inputs ?? []).map(inputShown), ...missing.in.map(missingShown)];
  const outputs = [...(stepType?.outputs ?? []).map(outputShown), ...missing.out.map(missingShown)];
  useRemeasured(stepId, [...missing.in, ...missing.out].join(" "));
  const place = { stepId, direction };
  return (
    <>
      {inputs.map((port, index) => (
        <Port key={`in ${port.name}`} {...place} {...port} side="in" index={index} count={inputs.length} />
      ))}
      <Port
        {...place}
        side="in"
        name={AFTER.name}
        type={AFTER.type}
        index={0}
        count={1}
        isRequired={false}
        isBranch={false}
        isQuiet
        isUsed={isAwaiting}
      />
      {outputs.map((port, index) => (
        <Port key={`out ${port.name}`} {...place} {...port} side="out" index={index} count={outputs.length} />
      ))}
    </>
  );
});

const inputShown = ({ name, type, required }: StepType["inputs"][number]) => ({
  name,
  type,
  isRequired: required,
  isBranch: false,
});
const outputShown = ({ name, type, branch }: StepType["outputs"][number]) => ({
  name,
  type,
  isRequired: false,
  isBranch: branch,
});
const missingShown = (name: string) =>
  ({ name, type: "any", isRequired: false, isBranch: false, isMissing: true }) as const;

/** The card keeps its size when ports come and go, so React Flow has to be told. */
function useRemeasured(stepId: string, missing: string): void {
  const remeasure = useUpdateNodeInternals();
  const measured = useRef("");
  useEffect(() => {
    if (measured.current !== missing) remeasure(stepId);
    measured.current = missing;
  }, [stepId, missing, remeasure]);
}
