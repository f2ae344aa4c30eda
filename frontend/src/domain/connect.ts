/** Why two ports cannot be connected. The same rules as the server's, so that a wire it would refuse is refused while
 * it is drawn. */

import { type Catalog, inputPort, outputPort } from "./catalog";
import { goesBack } from "./loops";
import { stepTypeOf } from "./ownPorts";
import { type Edge, findStep, type PipelineDocument } from "./pipeline";
import { fits } from "./ports";

export interface Connection {
  source: string;
  source_port: string;
  target: string;
  target_port: string;
}

export type ConnectionFaultCode =
  "unknown_step" | "unknown_port" | "self_loop" | "duplicate_edge" | "port_type_mismatch" | "port_taken";

export interface ConnectionFault {
  code: ConnectionFaultCode;
  message: string;
}

/** null: the two may be connected, by a loop edge where the wire goes back. `except`: an edge that is being moved and so
 * does not count. */
export function connectionFault(
  document: PipelineDocument,
  catalog: Catalog,
  connection: Connection,
  except?: string,
): ConnectionFault | null {
  const { source, source_port, target, target_port } = connection;
  const from = findStep(document, source);
  const to = findStep(document, target);
  if (!from || !to) return fault("unknown_step", "One of the two steps is not there any more.");
  if (source === target) return fault("self_loop", "A step cannot feed itself.");
  const output = outputPort(stepTypeOf(catalog, from), source_port);
  const input = inputPort(stepTypeOf(catalog, to), target_port);
  if (!output) return fault("unknown_port", `${source} has no output ${source_port}.`);
  if (!input) return fault("unknown_port", `${target} has no input ${target_port}.`);
  const others = document.edges.filter((edge) => edge.id !== except);
  if (others.some((edge) => sameEnds(edge, connection))) {
    return fault("duplicate_edge", "These two ports are connected already.");
  }
  if (!fits(output.type, input.type)) {
    const message = `${source}.${source_port} gives a ${output.type}, ${target}.${target_port} takes a ${input.type}.`;
    return fault("port_type_mismatch", message);
  }
  const kind = goesBack(document, source, target, except) ? "loop" : "data";
  const holder = others.find(
    (edge) => edge.kind === kind && edge.target === target && edge.target_port === target_port,
  );
  if (!input.many && holder) {
    const what = kind === "loop" ? "one loop edge" : "one edge";
    const message = `${target}.${target_port} takes ${what} and has one from ${holder.source}.${holder.source_port}.`;
    return fault("port_taken", message);
  }
  return null;
}

/** Whether an edge leaves by a branch port: one its step chooses at run time. */
export function isBranching(document: PipelineDocument, catalog: Catalog, edge: Edge): boolean {
  const step = findStep(document, edge.source);
  return outputPort(stepTypeOf(catalog, step), edge.source_port)?.branch ?? false;
}

export interface Candidate {
  stepId: string;
  port: string;
  /** The edge would go back to a step that comes before: a loop. */
  isLoop: boolean;
  /** null: this port fits. */
  fault: ConnectionFault | null;
}

/** Every input port of other steps, each with the reason why it does not fit; those that fit first. */
export function candidates(
  document: PipelineDocument,
  catalog: Catalog,
  source: string,
  source_port: string,
): Candidate[] {
  const all = document.steps.flatMap((step) => {
    const inputs = [...(stepTypeOf(catalog, step)?.inputs ?? []).map((port) => port.name), "after"];
    return inputs.map((port) => ({
      stepId: step.id,
      port,
      isLoop: goesBack(document, source, step.id),
      fault: connectionFault(document, catalog, { source, source_port, target: step.id, target_port: port }),
    }));
  });
  return all.filter((candidate) => candidate.stepId !== source).sort((a, b) => rank(a) - rank(b));
}

/** What fits and goes forward first, then loops, then what does not fit. */
function rank({ fault, isLoop }: Candidate): number {
  return fault !== null ? 2 : Number(isLoop);
}

function sameEnds(edge: Edge, other: Connection): boolean {
  return (
    edge.source === other.source &&
    edge.source_port === other.source_port &&
    edge.target === other.target &&
    edge.target_port === other.target_port
  );
}

function fault(code: ConnectionFaultCode, message: string): ConnectionFault {
  return { code, message };
}
