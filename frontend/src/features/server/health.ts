/** The server's health in words, a row per part. */
import type { BackendsHealth, Health } from "@/api/types";
import { sizeText } from "@/domain/text";

export interface HealthRow {
  name: string;
  state: string;
  /** What else there is to say; may be empty. */
  detail: string;
  isWell: boolean;
}

export function healthRows({ status, version, backends, attempts, tracking, database, disk }: Health): HealthRow[] {
  return [
    row("octopus", status === "ok" ? "Well" : "Not well", `Version ${version}`, status === "ok"),
    warmRow(backends),
    row("Cold backend", "Ready", "A new process for every step"),
    row("Steps under way", String(attempts)),
    row("MLflow", STATE_WORDS[tracking.state]),
    row("Database", database.ok ? "Well" : "Not well", database.detail, database.ok),
    row("Disk", `${sizeText(disk.free_bytes)} free`, `of ${sizeText(disk.total_bytes)}`, disk.ok),
  ];
}

const STATE_WORDS = { ready: "Ready", starting: "Starting", off: "Off" } as const;

function warmRow({ warm, warm_reason, warm_memory_bytes }: BackendsHealth): HealthRow {
  const memory = warm_memory_bytes === null ? "" : `Holds ${sizeText(warm_memory_bytes)} of memory while it waits`;
  const why = warm_reason === "" ? "" : `Steps start cold: ${warm_reason}`;
  return row("Warm backend", STATE_WORDS[warm], warm === "ready" ? memory : why);
}

function row(name: string, state: string, detail = "", isWell = true): HealthRow {
  return { name, state, detail, isWell };
}
