/** The step's ports: what each takes or gives, what it is connected to, and a way to connect it without a mouse. */
import AddLinkIcon from "@mui/icons-material/AddLink";
import LinkOffIcon from "@mui/icons-material/LinkOff";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { Children } from "react";
import type { Catalog } from "@/domain/catalog";
import { stepTypeOf } from "@/domain/ownPorts";
import { type Edge, findStep, type PipelineDocument, type Step } from "@/domain/pipeline";
import { AFTER, type InputPort, type OutputPort } from "@/domain/ports";
import { stepName } from "@/domain/text";

interface PortsProps {
  readonly document: PipelineDocument;
  readonly catalog: Catalog;
  readonly step: Step;
  readonly onConnect: (port: string) => void;
  readonly onDisconnect: (edgeId: string) => void;
  readonly onVisit: (stepId: string) => void;
}

export function Ports(props: PortsProps) {
  const { document, catalog, step } = props;
  const stepType = stepTypeOf(catalog, step);
  if (!stepType) return null;
  const waits = document.edges.filter((edge) => edge.target === step.id && edge.target_port === AFTER.name);
  const inputs = waits.length > 0 ? [...stepType.inputs, AFTER] : stepType.inputs;
  const lost = missingOf(document, step, inputs, stepType.outputs);
  return (
    <Box component="section" aria-label="Ports" sx={{ display: "grid", gap: 1.5 }}>
      <PortList title="Inputs" none="Takes nothing from other steps.">
        {inputs.map((port) => (
          <InputRow key={port.name} port={port} {...props} />
        ))}
        {lost.in.map((name) => (
          <MissingRow key={`missing ${name}`} side="in" name={name} {...props} />
        ))}
      </PortList>
      <PortList title="Outputs" none="Gives nothing to other steps.">
        {stepType.outputs.map((port) => (
          <OutputRow key={port.name} port={port} {...props} />
        ))}
        {lost.out.map((name) => (
          <MissingRow key={`missing ${name}`} side="out" name={name} {...props} />
        ))}
      </PortList>
    </Box>
  );
}

/** Names that edges of the step have for ports which are not there. */
function missingOf(document: PipelineDocument, step: Step, inputs: InputPort[], outputs: OutputPort[]) {
  const names = (used: string[], ports: readonly { name: string }[]) =>
    [...new Set(used)].filter((name) => name !== AFTER.name && !ports.some((port) => port.name === name));
  const ends = document.edges.filter((edge) => edge.target === step.id).map((edge) => edge.target_port);
  const beginnings = document.edges.filter((edge) => edge.source === step.id).map((edge) => edge.source_port);
  return { in: names(ends, inputs), out: names(beginnings, outputs) };
}

function PortList({
  title,
  none,
  children,
}: {
  readonly title: string;
  readonly none: string;
  readonly children: React.ReactNode[];
}) {
  return (
    <Box>
      <Typography variant="overline" component="h3" sx={{ color: "text.secondary", m: 0 }}>
        {title}
      </Typography>
      {Children.count(children) === 0 ? (
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          {none}
        </Typography>
      ) : (
        <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 0.25 }}>
          {children}
        </Box>
      )}
    </Box>
  );
}

function InputRow({ port, ...props }: PortsProps & { readonly port: InputPort }) {
  const edges = props.document.edges.filter((edge) => edge.target === props.step.id && edge.target_port === port.name);
  const words = [port.required ? "required" : "optional", port.many ? "any number" : ""].filter(Boolean).join(", ");
  return (
    <PortRow
      name={port.name}
      type={port.type}
      words={words}
      doc={port.doc}
      isMissing={port.required && edges.length === 0}
    >
      {edges.map((edge) => (
        <End key={edge.id} edge={edge} other={edge.source} port={edge.source_port} arrow="from" {...props} />
      ))}
    </PortRow>
  );
}

function OutputRow({ port, ...props }: PortsProps & { readonly port: OutputPort }) {
  const edges = props.document.edges.filter((edge) => edge.source === props.step.id && edge.source_port === port.name);
  return (
    <PortRow
      name={port.name}
      type={port.type}
      words={port.branch ? "branch" : ""}
      doc={port.doc}
      isMissing={false}
      onConnect={() => props.onConnect(port.name)}
    >
      {edges.map((edge) => (
        <End key={edge.id} edge={edge} other={edge.target} port={edge.target_port} arrow="to" {...props} />
      ))}
    </PortRow>
  );
}

/** An edge to a port that is not there any more: it can be seen and taken away. */
function MissingRow({ side, name, ...props }: PortsProps & { readonly side: "in" | "out"; readonly name: string }) {
  const [own, far] = side === "in" ? (["target", "source"] as const) : (["source", "target"] as const);
  const edges = props.document.edges.filter((edge) => edge[own] === props.step.id && edge[`${own}_port`] === name);
  return (
    <PortRow name={name} type="any" words="" doc="The step has no such port any more." isLost isMissing={false}>
      {edges.map((edge) => (
        <End
          key={edge.id}
          edge={edge}
          other={edge[far]}
          port={edge[`${far}_port`]}
          arrow={side === "in" ? "from" : "to"}
          {...props}
        />
      ))}
    </PortRow>
  );
}

interface PortRowProps {
  readonly name: string;
  readonly type: string;
  readonly words: string;
  readonly doc: string;
  readonly isMissing: boolean;
  readonly isLost?: boolean;
  readonly onConnect?: () => void;
  readonly children: React.ReactNode[];
}

function PortRow({ name, type, words, doc, isMissing, isLost = false, onConnect, children }: PortRowProps) {
  return (
    <Box component="li" sx={{ py: 0.25 }}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 0.75, minHeight: 28 }}>
        <Box
          aria-hidden
          sx={{ width: 9, height: 9, borderRadius: "50%", bgcolor: `var(--o-port-${type})`, flexShrink: 0 }}
        />
        <Tooltip title={doc} placement="left">
          <Typography variant="body2" sx={{ fontWeight: 500 }} noWrap>
            {name}
          </Typography>
        </Tooltip>
        <Typography variant="caption" noWrap sx={{ color: isMissing || isLost ? "warning.main" : "text.secondary" }}>
          {isLost
            ? "not there any more"
            : [type, isMissing ? "required, not connected" : words].filter(Boolean).join(" · ")}
        </Typography>
        {onConnect && (
          <Tooltip title="Connect to…">
            <IconButton size="small" aria-label={`Connect ${name} to…`} onClick={onConnect} sx={{ ml: "auto" }}>
              <AddLinkIcon sx={{ fontSize: 17 }} />
            </IconButton>
          </Tooltip>
        )}
      </Box>
      {children}
    </Box>
  );
}

interface EndProps extends PortsProps {
  readonly edge: Edge;
  readonly other: string;
  readonly port: string;
  readonly arrow: "from" | "to";
}

function End({ document, catalog, edge, other, port, arrow, onDisconnect, onVisit }: EndProps) {
  const step = findStep(document, other);
  const name = step ? stepName(step, catalog.get(step.type)) : other;
  return (
    <Box sx={{ display: "flex", alignItems: "center", pl: 2, minHeight: 26, gap: 0.5 }}>
      <Typography variant="caption" sx={{ color: "text.secondary" }}>
        {arrow}
      </Typography>
      <Box
        component="button"
        type="button"
        onClick={() => onVisit(other)}
        sx={{
          all: "unset",
          cursor: "pointer",
          fontSize: 12,
          minWidth: 0,
          overflow: "hidden",
          textOverflow: "ellipsis",
          whiteSpace: "nowrap",
          color: "primary.main",
          borderRadius: 0.5,
          "&:hover": { textDecoration: "underline" },
          "&:focus-visible": { outline: "2px solid", outlineColor: "primary.main" },
        }}
      >
        {name} · {port}
      </Box>
      <Tooltip title="Disconnect">
        <IconButton
          size="small"
          aria-label={`Disconnect ${arrow} ${name}, ${port}`}
          onClick={() => onDisconnect(edge.id)}
          sx={{ ml: "auto", p: 0.25 }}
        >
          <LinkOffIcon sx={{ fontSize: 15 }} />
        </IconButton>
      </Tooltip>
    </Box>
  );
}
