/** Key combinations as text: `Ctrl+Shift+Z`, `Delete`, `Shift+?`. Ctrl stands for the Command key on a Mac. */

const MODIFIERS = ["Ctrl", "Alt", "Shift"] as const;

const SHOWN: Record<string, string> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Delete: "Del",
  Escape: "Esc",
};

type KeyPress = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

export function matches(combination: string, press: KeyPress): boolean {
  const { key, modifiers } = parsed(combination);
  const isSymbol = key.length === 1 && !/[a-z0-9]/i.test(key);
  return (
    keyOf(press).toLowerCase() === key.toLowerCase() &&
    (press.ctrlKey || press.metaKey) === modifiers.includes("Ctrl") &&
    press.altKey === modifiers.includes("Alt") &&
    (isSymbol || press.shiftKey === modifiers.includes("Shift"))
  );
}

/** As a reader sees it. */
export function keyText(combination: string, isMac: boolean = onMac()): string {
  const { key, modifiers } = parsed(combination);
  const shown = SHOWN[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  if (!isMac) return [...modifiers, shown].join("+");
  const symbols = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧" };
  return [...modifiers.map((modifier) => symbols[modifier]), shown].join("");
}

/** Whether a key press belongs to the field it is typed into and to no command. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest("[role=dialog]") !== null) return true;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "range"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target.matches("[role=combobox], [role=listbox], select");
}

function parsed(combination: string): { key: string; modifiers: (typeof MODIFIERS)[number][] } {
  const modifiers = MODIFIERS.filter((modifier) => combination.includes(`${modifier}+`));
  const key = modifiers.reduce((rest, modifier) => rest.replace(`${modifier}+`, ""), combination);
  return { key, modifiers };
}

/** With Alt or Shift the key's character depends on the keyboard; its code tells letters and digits apart. */
function keyOf(press: KeyPress): string {
  const letter = /^Key([A-Z])$/.exec(press.code)?.[1];
  if (letter !== undefined && (press.altKey || press.ctrlKey || press.metaKey)) return letter;
  return press.key;
}

function onMac(): boolean {
  return typeof navigator !== "undefined" && /mac/i.test(navigator.userAgent);
}
