/** An edge: coloured by what has become of it, dashed where a run may not pass, moving only into a running step. A loop
 * edge goes back beside its body, says how often, and lights up when it fires. */

import "@/ui/wire.css";
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, getSmoothStepPath, Position } from "@xyflow/react";
import { memo } from "react";
import { maxIterations } from "@/domain/loops";
import type { EdgeView } from "@/domain/run";
import { useRun } from "@/stores/run";
import type { WireEdge as Wire } from "../flow/shapes";
import { loopText } from "./loopText";

const statusOf = (edge: EdgeView | undefined) => edge?.status ?? "waiting";
/** Branches that mean that something did not work out are drawn dashed. */
const DASHED_BRANCHES = ["fail", "rejected", "false"];
const LOOP_CORNER_PX = 18;

export const WireEdge = memo(function WireEdge(props: EdgeProps<Wire>) {
  const { id, data, selected, target } = props;
  const { edge, text: ownText = "" } = data ?? {};
  const isLoop = edge?.kind === "loop";
  const status = useRun((state) => (state.run ? statusOf(state.edgeById[id]) : "none"));
  const isAtLimit = useRun((state) => state.edgeById[id]?.cause === "loop_limit");
  const isMoving = useRun((state) => !isLoop && state.byId[target]?.status === "running");
  const count = useRun((state) => (state.run && isLoop ? (state.run.loop_counts[id] ?? 1) : 0));
  const [path, labelX, labelY] = isLoop ? loopPath(props) : getBezierPath(props);
  const isDashed = isLoop || DASHED_BRANCHES.includes(edge?.source_port ?? "");
  const text = isLoop ? loopText(ownText, count, maxIterations(edge), isAtLimit) : ownText;
  return (
    <g
      className="wire"
      data-testid={`edge-${id}`}
      data-status={status}
      data-selected={selected}
      data-dashed={isDashed}
      data-kind={edge?.kind}
      data-moving={isMoving}
      data-at-limit={isAtLimit}
      data-port-type={data?.sourceType}
    >
      <BaseEdge path={path} interactionWidth={18} />
      {isMoving && <path className="wire-flow" d={path} fill="none" />}
      {count > 1 && <path key={count} className="wire-fired" d={path} fill="none" pathLength={1} />}
      {text !== "" && (
        <EdgeLabelRenderer>
          <span
            className="wire-label"
            data-testid={`edge-label-${id}`}
            data-kind={edge?.kind}
            data-branch={edge?.source_port}
            data-status={status}
            data-at-limit={isAtLimit}
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
          >
            {text}
          </span>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

/** Round the outside of what it repeats. */
function loopPath(props: EdgeProps<Wire>): [path: string, labelX: number, labelY: number] {
  const { sourceX, sourceY, targetX, targetY, sourcePosition, data } = props;
  const isDown = sourcePosition === Position.Bottom;
  const lane = data?.lane ?? 0;
  const beside = isDown ? { centerX: lane } : { centerY: lane };
  const [path] = getSmoothStepPath({ ...props, ...beside, borderRadius: LOOP_CORNER_PX, offset: 22 });
  return isDown ? [path, lane, (sourceY + targetY) / 2] : [path, (sourceX + targetX) / 2, lane];
}
