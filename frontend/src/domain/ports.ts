/** Ports: the typed holes through which data enters and leaves a step. Twin of backend/octopus/domain/ports.py. */

export const PORT_TYPES = ["dataset", "model", "transformer", "metrics", "params", "report", "file", "any"] as const;
export type PortType = (typeof PORT_TYPES)[number];

export interface InputPort {
  name: string;
  type: PortType;
  required: boolean;
  many: boolean;
  doc: string;
}

/** `branch`: emitted only if the step chose it at run time. `passes`: the input whose value is handed on unchanged. */
export interface OutputPort {
  name: string;
  type: PortType;
  branch: boolean;
  passes: string | null;
  doc: string;
}

/** The implicit optional input every step has: it orders and gates, and delivers nothing. */
export const AFTER: InputPort = {
  name: "after",
  type: "any",
  required: false,
  many: true,
  doc: "Waits for another step without taking anything from it.",
};

export function fits(source: PortType, target: PortType): boolean {
  return source === target || source === "any" || target === "any" || target === "file";
}
