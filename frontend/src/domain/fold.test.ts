import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Event } from "./event";
import { fold, foldAll } from "./fold";
import { newRunState, type RunState } from "./run";

const FOLDER = join(import.meta.dirname, "../../../tests/fixtures/events");

interface Recording {
  name: string;
  run_id: string;
  events: Event[];
  state: RunState;
}

const recordings = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json"))
  .map((file) => JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Recording);

describe("the fold of recorded runs", () => {
  it("has recordings to test with", () => {
    expect(recordings.length).toBeGreaterThan(0);
  });

  it.each(recordings)("makes the same of $name as the server's fold", ({ run_id, events, state }) => {
    expect(foldAll(run_id, events)).toEqual(state);
  });

  it.each(recordings)("changes nothing when events of $name arrive twice", ({ run_id, events, state }) => {
    const again = events.reduce(fold, foldAll(run_id, events));
    expect(again).toEqual(state);
  });

  it.each(recordings)("leaves every earlier state of $name as it was", ({ run_id, events }) => {
    let state = newRunState(run_id);
    for (const event of events) {
      const before = structuredClone(state);
      const next = fold(state, event);
      expect(state).toEqual(before);
      state = next;
    }
  });
});
