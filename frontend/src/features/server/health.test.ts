import { describe, expect, it } from "vitest";
import type { Health } from "@/api/types";
import { healthRows } from "./health";

const well: Health = {
  status: "ok",
  version: "1.2.3",
  database: { ok: true, detail: "" },
  disk: { ok: true, free_bytes: 12e9, total_bytes: 100e9 },
  tracking: { state: "ready" },
  backends: { cold: "ready", warm: "ready", warm_reason: "", warm_memory_bytes: 210e6 },
  attempts: 2,
};
const words = (health: Health) =>
  Object.fromEntries(healthRows(health).map(({ name, state, detail }) => [name, `${state}. ${detail}`]));

describe("the server's health in words", () => {
  it("tells how much memory the warm backend holds", () => {
    expect(words(well)["Warm backend"]).toBe("Ready. Holds 210 MB of memory while it waits");
    expect(healthRows(well).every((row) => row.isWell)).toBe(true);
  });

  it("tells why there is no warm backend", () => {
    const off = { cold: "ready", warm: "off", warm_reason: "it is switched off", warm_memory_bytes: null } as const;
    expect(words({ ...well, backends: off })["Warm backend"]).toBe("Off. Steps start cold: it is switched off");
    const starting = { ...off, warm: "starting", warm_reason: "it is starting" } as const;
    expect(words({ ...well, backends: starting })["Warm backend"]).toBe("Starting. Steps start cold: it is starting");
  });

  it("points at what is not well", () => {
    const ill: Health = { ...well, status: "degraded", database: { ok: false, detail: "no answer within 2 s" } };
    expect(healthRows(ill).filter((row) => !row.isWell)).toEqual([
      { name: "octopus", state: "Not well", detail: "Version 1.2.3", isWell: false },
      { name: "Database", state: "Not well", detail: "no answer within 2 s", isWell: false },
    ]);
  });
});
