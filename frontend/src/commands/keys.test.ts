import { describe, expect, it } from "vitest";
import { isTyping, keyText, matches } from "./keys";

const press = (key: string, rest: Partial<KeyboardEvent> = {}) => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...rest,
});

describe("keys", () => {
  it.each([
    ["Ctrl+Z", press("z", { ctrlKey: true }), true],
    ["Ctrl+Z", press("z", { metaKey: true }), true],
    ["Ctrl+Z", press("Z", { ctrlKey: true, shiftKey: true }), false],
    ["Ctrl+Shift+Z", press("Z", { ctrlKey: true, shiftKey: true }), true],
    ["C", press("c"), true],
    ["C", press("c", { ctrlKey: true }), false],
    ["Shift+?", press("?", { shiftKey: true }), true],
    ["+", press("+", { shiftKey: true }), true],
    ["Shift+Alt+T", press("ˇ", { code: "KeyT", shiftKey: true, altKey: true }), true],
    ["Delete", press("Delete"), true],
  ])("%s", (combination, event, expected) => expect(matches(combination, event)).toBe(expected));

  it("are written as the machine at hand writes them", () => {
    expect(keyText("Ctrl+Shift+Z", false)).toBe("Ctrl+Shift+Z");
    expect(keyText("Ctrl+Shift+Z", true)).toBe("⌘⇧Z");
    expect(keyText("ArrowDown", false)).toBe("↓");
  });

  it("belong to the field they are typed into", () => {
    const inputOf = (type: string) => Object.assign(document.createElement("input"), { type });
    expect(isTyping(inputOf("text"))).toBe(true);
    expect(isTyping(inputOf("checkbox"))).toBe(false);
    expect(isTyping(document.createElement("textarea"))).toBe(true);
    expect(isTyping(document.createElement("div"))).toBe(false);
  });
});
