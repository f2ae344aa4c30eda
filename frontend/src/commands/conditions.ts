/** When commands can be given. */

import { useRunRequest } from "@/live/running";
import { useDocument } from "@/stores/document";
import { isRunning, useRun } from "@/stores/run";
import { soleStep, useSelection } from "@/stores/selection";

export const always = () => true;
export const hasSteps = () => useDocument.getState().document.steps.length > 0;
export const hasSelectedSteps = () => useSelection.getState().stepIds.length > 0;
export const hasSoleStep = () => soleStep(useSelection.getState()) !== null;
export const isResumable = () => ["failed", "cancelled"].includes(useRun.getState().run?.status ?? "");
export const hasSelection = () => hasSelectedSteps() || useSelection.getState().edgeIds.length > 0;
export const isIdle = () => !isRunning(useRun.getState()) && useRunRequest.getState().request === "none";

export const canStart = () => isIdle() && hasSteps();
export const canStartAtStep = () => isIdle() && hasSoleStep();
