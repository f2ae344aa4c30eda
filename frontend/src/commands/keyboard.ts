/** Keys anywhere in the editor run the command they belong to, unless they are typed into a field. */

import { isTyping, matches } from "./keys";
import { COMMANDS } from "./table";

/** These work inside fields as well: nobody types them. */
const EVERYWHERE = new Set(["run", "stop", "save", "load", "commands"]);

/** While text is selected these are about the text. */
const OF_TEXT = new Set(["copy", "cut"]);

/** On a button or a link these keys already mean something. */
const OF_CONTROLS = new Set(["properties"]);

export function listenToKeys(): () => void {
  const onKeyDown = (press: KeyboardEvent) => {
    if (press.defaultPrevented) return;
    const command = COMMANDS.find((candidate) => candidate.keys.some((keys) => matches(keys, press)));
    if (command === undefined || !belongs(command.id, press.target)) return;
    if (!command.isEnabled()) {
      if (EVERYWHERE.has(command.id)) press.preventDefault();
      return;
    }
    press.preventDefault();
    command.run();
  };
  window.addEventListener("keydown", onKeyDown);
  return () => window.removeEventListener("keydown", onKeyDown);
}

function belongs(commandId: string, target: EventTarget | null): boolean {
  if (isTyping(target)) return EVERYWHERE.has(commandId);
  if (OF_TEXT.has(commandId) && window.getSelection()?.isCollapsed === false) return false;
  const isControl = target instanceof HTMLElement && target.matches("button, a, [role=tab], [role=menuitem]");
  return !(isControl && OF_CONTROLS.has(commandId));
}
