/** An edge of a flow: its program's colour, label and dashes, until a run colours it; moving while data passes. */

import "@/ui/wire.css";
import "./wire.css";
import { EdgeLabelRenderer, type EdgeProps, getBezierPath, getSmoothStepPath, getStraightPath } from "@xyflow/react";
import { type CSSProperties, memo } from "react";
import { edgeKey, SHOWN_AS } from "@/domain/flow";
import { labelPlace, type Point, roundedPath } from "@/domain/routing";
import { useFlow } from "@/stores/flow";
import type { FlowWire } from "./shapes";

const RADIUS_PX = 9;
const ARROW = { length: 9, half: 4.5 };
/** React Flow ends an edge at the far side of the port; ours ends at the node. */
const PORT_RADIUS_PX = 4.5;
const INTO: Record<string, Point> = {
  top: { x: 0, y: 1 },
  right: { x: -1, y: 0 },
  bottom: { x: 0, y: -1 },
  left: { x: 1, y: 0 },
};

export const Wire = memo(function Wire(props: EdgeProps<FlowWire>) {
  const { id, source, target, data } = props;
  const edge = data?.edge;
  const state = useFlow(({ run }) => run?.edges[edgeKey(source, target)]);
  const hasRun = useFlow(({ run }) => run !== null);
  const isMoving = state === undefined ? (edge?.animated ?? false) && !hasRun : state.animated;
  const { path, label, tip, turn } = pathOf(props);
  const status = state === undefined ? "none" : SHOWN_AS[state.status];
  return (
    <g
      className="wire flow-wire"
      data-testid={`edge-${id}`}
      data-status={status}
      data-dashed={edge?.dashed ?? false}
      data-moving={isMoving}
      style={status === "none" ? ownColour(edge?.color ?? null) : undefined}
    >
      <path className="react-flow__edge-path" d={path} fill="none" />
      {isMoving && <path className="wire-flow" d={path} fill="none" />}
      <path
        className="flow-arrow"
        d={`M 0 0 L ${-ARROW.length} ${-ARROW.half} L ${-ARROW.length} ${ARROW.half} Z`}
        transform={`translate(${tip.x} ${tip.y}) rotate(${turn})`}
      />
      {edge !== undefined && edge.label !== "" && (
        <EdgeLabelRenderer>
          <span
            className="wire-label"
            data-testid={`edge-label-${id}`}
            data-branch={edge.label}
            style={{ transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)` }}
          >
            {edge.label}
          </span>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

function ownColour(color: string | null): CSSProperties | undefined {
  return color === null ? undefined : ({ "--wire": color } as CSSProperties);
}

interface Drawn {
  path: string;
  label: Point;
  /** Where the arrow points at. */
  tip: Point;
  /** In degrees from rightwards, clockwise. */
  turn: number;
}

function pathOf(props: EdgeProps<FlowWire>): Drawn {
  const { data, sourceX, sourceY, targetPosition, targetX, targetY } = props;
  const into = INTO[targetPosition] ?? { x: 0, y: 0 };
  const line = data?.line ?? null;
  const end = line?.at(-1);
  if (line !== null && end !== undefined) {
    const radius = data?.edge.connector === "manhattan" ? 0 : RADIUS_PX;
    const shortened = [...line.slice(0, -1), before(end, into)];
    return { path: roundedPath(shortened, radius), label: labelPlace(line), tip: end, turn: turnOf(into) };
  }
  const tip = { x: targetX + into.x * PORT_RADIUS_PX, y: targetY + into.y * PORT_RADIUS_PX };
  const connector = data?.edge.connector;
  const arriving = connector === "normal" ? direction({ x: sourceX, y: sourceY }, tip) : into;
  const { x, y } = before(tip, arriving);
  const ends = { ...props, targetX: x, targetY: y };
  const [path, labelX, labelY] =
    connector === "smooth"
      ? getBezierPath(ends)
      : connector === "normal"
        ? getStraightPath(ends)
        : getSmoothStepPath({ ...ends, borderRadius: RADIUS_PX });
  return { path, label: { x: labelX, y: labelY }, tip, turn: turnOf(arriving) };
}

function direction(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
}

function turnOf({ x, y }: Point): number {
  return (Math.atan2(y, x) * 180) / Math.PI;
}

/** The line ends inside the arrow head. */
function before({ x, y }: Point, into: Point): Point {
  return { x: x - into.x * (ARROW.length - 2), y: y - into.y * (ARROW.length - 2) };
}
