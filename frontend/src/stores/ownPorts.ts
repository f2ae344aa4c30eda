/** Ports of the steps that have ports of their own, as the server last said. Fed by live/validation; begun anew by
 * opening a document. */

import { create } from "zustand";
import type { OwnPortsByStep } from "@/domain/catalog";
import { afterAnswer, portsOfEdges } from "@/domain/ownPorts";
import type { PipelineDocument } from "@/domain/pipeline";

export const useOwnPorts = create<{ byStep: OwnPortsByStep }>()(() => ({ byStep: {} }));

export function takeOwnPorts(answered: OwnPortsByStep): void {
  useOwnPorts.setState(({ byStep }) => ({ byStep: afterAnswer(byStep, answered) }));
}

export function beginOwnPorts(document: PipelineDocument): void {
  useOwnPorts.setState({ byStep: portsOfEdges(document.edges) });
}
