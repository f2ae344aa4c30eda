/** How a step type travels from the palette to the canvas in a drag. */

export const STEP_TYPE_MIME = "application/x-octopus-step-type";
