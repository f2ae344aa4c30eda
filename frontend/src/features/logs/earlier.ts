/** Lines of an attempt that are not in this browser (any more): fetched from the server's log file. */
import { useQuery } from "@tanstack/react-query";
import { getLog } from "@/api/calls";
import type { LogLine } from "@/domain/event";
import type { StepRunView } from "@/domain/run";
import { isStepOver } from "@/domain/status";
import type { LogEntry } from "@/stores/logs";

const PAGE = 1000; // lines in one call

/** All lines before line number `before`. */
export async function fetchLinesBefore(
  read: (afterLine: number, limit: number) => Promise<{ lines: LogLine[] }>,
  before: number,
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for (;;) {
    const last = lines.at(-1)?.n ?? 0;
    const limit = Math.min(PAGE, before - 1 - last);
    if (limit <= 0) return lines;
    const page = await read(last, limit);
    if (page.lines.length === 0) return lines;
    lines.push(...page.lines.filter((line) => line.n < before));
  }
}

/** What is missing before the first line that is here; everything, if an attempt that has ended has none. A reused step
 * has the log of the one that did its work. */
export function useEarlierLines(
  runId: string | null,
  step: StepRunView | undefined,
  present: readonly LogEntry[],
  isLive: boolean,
) {
  const first = present[0]?.n;
  const isOver = step !== undefined && isStepOver(step.status);
  const hasPrinted = step?.status === "reused" || (step?.started_at !== null && !isLive);
  const isSilent = first === undefined && isOver && hasPrinted;
  const before = first ?? (isSilent ? Infinity : 1);
  const id = step?.id ?? "";
  const { iteration = 1, attempt = 1 } = step ?? {};
  return useQuery({
    queryKey: ["log", runId, id, iteration, attempt, before] as const,
    enabled: runId !== null && step !== undefined && before > 1,
    staleTime: Infinity,
    queryFn: async () => {
      const lines = await fetchLinesBefore(
        (after_line, limit) =>
          getLog(runId ?? "", id, { iteration, attempt, after_line, limit: Number.isFinite(limit) ? limit : PAGE }),
        before,
      );
      return lines.map((line): LogEntry => ({ ...line, step_id: id, iteration, attempt }));
    },
  });
}
