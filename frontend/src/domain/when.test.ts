import { describe, expect, it } from "vitest";
import { relativeTime } from "./when";

const NOW = Date.parse("2026-03-10T12:00:00.000Z");

describe("relativeTime", () => {
  it.each([
    ["2026-03-10T11:59:30.000Z", "just now"],
    ["2026-03-10T12:00:02.000Z", "just now"],
    ["2026-03-10T11:55:00.000Z", "5 minutes ago"],
    ["2026-03-10T09:00:00.000Z", "3 hours ago"],
    ["2026-03-09T11:00:00.000Z", "yesterday"],
    ["2025-03-01T00:00:00.000Z", "last year"],
  ])("says %s is %s", (at, text) => {
    expect(relativeTime(at, NOW)).toBe(text);
  });
});
