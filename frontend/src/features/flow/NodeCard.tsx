/** A node of a flow: as large, as coloured and as shaped as its program says, with what has become of it. */

import "@/ui/roles.css";
import "./node.css";
import { Handle, type NodeProps } from "@xyflow/react";
import { type CSSProperties, memo } from "react";
import { type FlowNode, inkOn, SHOWN_AS, type Side } from "@/domain/flow";
import { STATUS_WORDS } from "@/domain/status";
import { useFlow } from "@/stores/flow";
import { STATUS_ICONS, StepIcon } from "@/ui/icons";
import { type FlowCard, handleId, portShares, POSITIONS } from "./shapes";
import { NodeIcon } from "./symbols";

const OUTLINES: Partial<Record<FlowNode["shape"], string>> = {
  diamond: "50,1 99,50 50,99 1,50",
  parallelogram: "12,1 99,1 88,99 1,99",
};

export const NodeCard = memo(function NodeCard({ data }: NodeProps<FlowCard>) {
  const { node, number, count, ports } = data;
  const told = useFlow((state) => (state.run === null ? node.status : (state.run.nodes[node.id] ?? null)));
  const status = told === null ? null : SHOWN_AS[told];
  const outline = OUTLINES[node.shape];
  const words = [node.label, `node ${number} of ${count}`, ...(status === null ? [] : [STATUS_WORDS[status]])];
  return (
    <div
      className="flow-node"
      role="group"
      aria-roledescription="node"
      aria-label={words.join(", ")}
      tabIndex={0}
      title={node.label}
      data-testid={`node-${node.id}`}
      data-status={status ?? "none"}
      data-role-colour={node.role}
      data-type={node.type}
      data-shape={node.is_pill ? "pill" : node.shape}
      style={coloursOf(node)}
    >
      {outline !== undefined && (
        <svg className="flow-node-outline" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
          <polygon points={outline} vectorEffect="non-scaling-stroke" />
        </svg>
      )}
      <NodeIcon icon={node.icon} symbol={node.symbol} />
      <span className="flow-node-label">{node.label}</span>
      {status !== null && (
        <span className="flow-node-status" data-status={status}>
          <StepIcon name={STATUS_ICONS[status]} size={17} />
        </span>
      )}
      <Ports node={node} direction="in" side={node.input_side} count={ports.in} />
      <Ports node={node} direction="out" side={node.output_side} count={ports.out} />
    </div>
  );
});

interface PortsProps {
  node: FlowNode;
  direction: "in" | "out";
  side: Side;
  count: number;
}

/** They share their side of the card evenly. */
function Ports({ node, direction, side, count }: PortsProps) {
  return Array.from({ length: count }, (_, index) => {
    const { along, inwards } = portShares(node.shape, index, count);
    const isLevel = side === "top" || side === "bottom";
    return (
      <Handle
        key={index}
        id={handleId(direction, index)}
        type={direction === "in" ? "target" : "source"}
        position={POSITIONS[side]}
        isConnectable={false}
        className="flow-port"
        data-testid={`port-${node.id}-${direction}-${index}`}
        data-side={side}
        style={{ [isLevel ? "left" : "top"]: percent(along), [side]: percent(inwards) }}
      />
    );
  });
}

function percent(share: number): string {
  return `${share * 100}%`;
}

/** Only what the program chose itself; the rest comes from the type's colour role. */
function coloursOf({ fill, stroke, text_color }: FlowNode): CSSProperties {
  const ink = text_color ?? (fill === null ? null : inkOn(fill));
  return {
    ...(fill !== null && { "--flow-fill": fill }),
    ...(stroke !== null && { "--flow-stroke": stroke }),
    ...(ink !== null && { "--flow-ink": ink, "--flow-icon": ink }),
  } as CSSProperties;
}
