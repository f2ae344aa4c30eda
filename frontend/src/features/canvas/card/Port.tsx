/** One port of a card: coloured by what travels through it, named on hover, lit while a wire that fits is drawn. */

import { Handle, Position } from "@xyflow/react";
import { memo } from "react";
import type { Direction } from "@/domain/pipeline";
import type { PortType } from "@/domain/ports";
import { type PortSide, portKey, usePortLight } from "../connecting";

interface Props {
  stepId: string;
  side: PortSide;
  name: string;
  type: PortType;
  /** Which of how many ports on its side of the card. */
  index: number;
  count: number;
  direction: Direction;
  isRequired: boolean;
  isBranch: boolean;
  /** An edge is there, the port is not any more: it stays to be seen until the edge is moved or removed. */
  isMissing?: boolean;
  /** The implicit `after` port keeps to a corner and shows itself only when it is of use. */
  isQuiet?: boolean;
  isUsed?: boolean;
}

const SIDES: Record<Direction, Record<PortSide, Position>> = {
  TB: { in: Position.Top, out: Position.Bottom },
  LR: { in: Position.Left, out: Position.Right },
};

export const Port = memo(function Port(props: Props) {
  const {
    stepId,
    side,
    name,
    type,
    index,
    count,
    direction,
    isRequired,
    isBranch,
    isMissing = false,
    isQuiet = false,
    isUsed = false,
  } = props;
  const light = usePortLight(portKey(stepId, side, name));
  const share = isQuiet ? "14px" : `${((index + 1) / (count + 1)) * 100}%`;
  const words = `${side === "in" ? "Input" : "Output"} ${name}, ${isMissing ? "not there any more" : type}${isRequired ? ", required" : ""}`;
  return (
    <Handle
      id={name}
      type={side === "in" ? "target" : "source"}
      position={SIDES[direction][side]}
      className="port"
      role="img"
      aria-label={words}
      data-testid={`port-${stepId}-${side}-${name}`}
      data-type={type}
      data-light={light}
      data-branch={isBranch}
      data-missing={isMissing}
      data-quiet={isQuiet}
      data-used={isUsed}
      style={direction === "TB" ? { left: share } : { top: share }}
    >
      <span className="port-label" aria-hidden>
        <b>{name}</b> {isMissing ? "not there any more" : type}
      </span>
    </Handle>
  );
});
