/** A command: something a person can do, whatever they do it with (button, key, menu, command palette). */

export type CommandGroup = "Run" | "Pipeline" | "Edit" | "Step" | "View" | "Help";

export interface Command {
  id: string;
  group: CommandGroup;
  /** What buttons and menus say. */
  label: string;
  /** Key combinations in the notation of keys.ts; the first is the one that is shown. */
  keys: readonly string[];
  isEnabled: () => boolean;
  run: () => void;
}
