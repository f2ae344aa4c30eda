/** How the editor is arranged: panels, tabs, dialogs, theme. Panels and theme survive a reload. */

import { create } from "zustand";
import { persist } from "zustand/middleware";

export type BottomTab = "logs" | "steps" | "results" | "problems";
export type StepTab = "parameters" | "policy";
export type Scheme = "light" | "dark" | "system";
export type PanelSide = "palette" | "properties" | "bottom";

/** The one dialog that is open. */
export type Dialog =
  | { kind: "open-pipeline" }
  | { kind: "save-as" }
  | { kind: "versions"; pipelineId: string; name: string }
  | { kind: "runs" }
  | { kind: "templates" }
  | { kind: "pipeline-settings" }
  | { kind: "run-with" }
  | { kind: "plan" }
  | { kind: "projects" }
  | { kind: "upload-dataset"; onUploaded?: (path: string) => void }
  | { kind: "commands" }
  | { kind: "help" }
  | { kind: "server" }
  | { kind: "conflict" }
  | { kind: "add-step" }
  | { kind: "rename-step"; stepId: string }
  | { kind: "connect"; stepId: string; port?: string }
  | { kind: "confirm"; title: string; text: string; confirm: string; isDangerous: boolean; run: () => void };

export interface UiState {
  scheme: Scheme;
  /** Panel sizes in pixels: width of palette and properties, height of the bottom panel. */
  sizes: Record<PanelSide, number>;
  isOpen: Record<PanelSide, boolean>;
  tab: BottomTab;
  /** Which part of a step the properties panel shows. */
  stepTab: StepTab;
  hasSeenWelcome: boolean;
  /** The example of the first visit is on the canvas and untouched. */
  isWelcoming: boolean;
  dialog: Dialog | null;
  /** The parameter field that should take the focus: set when a problem is clicked. */
  focusedParam: { stepId: string; name: string } | null;
}

/** In a narrower window the palette is put away until somebody asks for it. */
const ROOM_FOR_PALETTE_PX = 900;

export const useUi = create<UiState>()(
  persist(
    (): UiState => ({
      scheme: "system",
      sizes: { palette: 248, properties: 340, bottom: 240 },
      isOpen: { palette: window.innerWidth >= ROOM_FOR_PALETTE_PX, properties: true, bottom: true },
      tab: "logs",
      stepTab: "parameters",
      hasSeenWelcome: false,
      isWelcoming: false,
      dialog: null,
      focusedParam: null,
    }),
    {
      name: "octopus.ui",
      version: 1,
      partialize: ({ scheme, sizes, isOpen, tab, hasSeenWelcome }) => ({ scheme, sizes, isOpen, tab, hasSeenWelcome }),
    },
  ),
);

export function setScheme(scheme: Scheme): void {
  useUi.setState({ scheme });
}

export function resizePanel(side: PanelSide, size: number): void {
  useUi.setState(({ sizes }) => ({ sizes: { ...sizes, [side]: Math.round(size) } }));
}

export function setPanelOpen(side: PanelSide, isOpen: boolean): void {
  useUi.setState((state) => ({ isOpen: { ...state.isOpen, [side]: isOpen } }));
}

export function showTab(tab: BottomTab): void {
  useUi.setState((state) => ({ tab, isOpen: { ...state.isOpen, bottom: true } }));
}

export function showStepTab(stepTab: StepTab): void {
  useUi.setState({ stepTab });
}

export function openDialog(dialog: Dialog): void {
  useUi.setState({ dialog });
}

export function closeDialog(): void {
  useUi.setState({ dialog: null });
}

export function focusParam(stepId: string, name: string): void {
  useUi.setState({ focusedParam: { stepId, name }, stepTab: "parameters" });
}

export function clearFocusedParam(): void {
  useUi.setState({ focusedParam: null });
}
