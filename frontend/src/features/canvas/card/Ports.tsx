/** The ports of a card, and the quiet `after` port every step has. */

import { memo } from "react";
import type { StepType } from "@/domain/catalog";
import type { Direction } from "@/domain/pipeline";
import { AFTER } from "@/domain/ports";
import { Port } from "./Port";

interface Props {
  stepId: string;
  stepType: StepType | undefined;
  direction: Direction;
}

export const Ports = memo(function Ports({ stepId, stepType, direction }: Props) {
  const inputs = stepType?.inputs ?? [];
  const outputs = stepType?.outputs ?? [];
  const place = { stepId, direction };
  return (
    <>
      {inputs.map(({ name, type, required }, index) => (
        <Port
          key={`in ${name}`}
          {...place}
          side="in"
          name={name}
          type={type}
          index={index}
          count={inputs.length}
          isRequired={required}
          isBranch={false}
        />
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
      />
      {outputs.map(({ name, type, branch }, index) => (
        <Port
          key={`out ${name}`}
          {...place}
          side="out"
          name={name}
          type={type}
          index={index}
          count={outputs.length}
          isRequired={false}
          isBranch={branch}
        />
      ))}
    </>
  );
});
