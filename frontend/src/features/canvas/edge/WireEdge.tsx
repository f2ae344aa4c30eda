/** An edge: coloured by what has become of it, dashed where a run may not pass, moving only into a running step. */

import "./edge.css";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import type { EdgeView } from "@/domain/run";
import { useRun } from "@/stores/run";
import type { WireEdge as Wire } from "../flow/shapes";

/** What the server does where a loop edge says nothing. */
const DEFAULT_ITERATIONS = 3;

const statusOf = (edge: EdgeView | undefined) => edge?.status ?? "waiting";

/** Branches that mean that something did not work out are drawn dashed. */
const DASHED_BRANCHES = ["fail", "rejected", "false"];

export const WireEdge = memo(function WireEdge(props: EdgeProps<Wire>) {
  const { id, data, selected, target, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props;
  const status = useRun((state) => (state.run ? statusOf(state.edgeById[id]) : "none"));
  const isMoving = useRun((state) => state.byId[target]?.status === "running");
  const [path, labelX, labelY] = getBezierPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition });
  const { edge, text: ownText = "" } = data ?? {};
  const isLoop = edge?.kind === "loop";
  const isDashed = isLoop || DASHED_BRANCHES.includes(edge?.source_port ?? "");
  const text = isLoop ? `${ownText} ≤ ${edge.max_iterations ?? DEFAULT_ITERATIONS}×`.trim() : ownText;
  return (
    <g
      className="wire"
      data-testid={`edge-${id}`}
      data-status={status}
      data-selected={selected}
      data-dashed={isDashed}
      data-kind={edge?.kind}
      data-moving={isMoving}
      data-port-type={data?.sourceType}
    >
      <BaseEdge path={path} interactionWidth={18} />
      {isMoving && <path className="wire-flow" d={path} fill="none" />}
      {text !== "" && (
        <EdgeLabelRenderer>
          <span
            className="wire-label"
            data-kind={edge?.kind}
            data-branch={edge?.source_port}
            data-status={status}
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
          >
            {text}
          </span>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});
