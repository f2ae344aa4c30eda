/** What the steps of the shown run print: all of them interleaved, or the selected one. */
import Box from "@mui/material/Box";
import CircularProgress from "@mui/material/CircularProgress";
import Typography from "@mui/material/Typography";
import { useMemo, useState } from "react";
import { logDownloadUrl } from "@/api/calls";
import { useCatalog } from "@/api/queries";
import { shownStatus, type StepRunView } from "@/domain/run";
import { isRunOver, isStepOver, STATUS_WORDS } from "@/domain/status";
import { stepName } from "@/domain/text";
import { attemptKey, attemptLines, type LogEntry, useLogs } from "@/stores/logs";
import { notify } from "@/stores/notices";
import { chooseStepRun, type RunStoreState, useRun, useShownStepRun, useStepRuns } from "@/stores/run";
import { select, soleStep, useSelection } from "@/stores/selection";
import { StepRunPicker } from "@/ui/StepRunPicker";
import { useEarlierLines } from "./earlier";
import { HitIndex } from "./hits";
import { stepColour } from "./lines";
import { LogList } from "./LogList";
import { LogToolbar } from "./LogToolbar";
import { asText, downloadText, downloadUrl } from "./saving";
import { nextHit } from "./search";

const NO_LINES: readonly LogEntry[] = [];

export function LogPanel() {
  const run = useRun();
  const filter = useStepFilter();
  const names = useStepNames(run);
  const { lines, isLoading } = useLines(run, filter.step);
  const search = useSearch(lines);
  const [showsTime, setShowsTime] = useState(false);
  const [wraps, setWraps] = useState(true);
  const stepIds = useMemo(() => (run.document?.steps ?? []).map((step) => step.id), [run.document]);
  const nameOf = (entry: LogEntry) => names[entry.step_id] ?? entry.step_id;
  const steps = (run.run?.steps ?? []).map((step) => ({ id: step.id, name: names[step.id] ?? step.id }));

  const copy = () => {
    navigator.clipboard.writeText(asText(lines, filter.step ? null : nameOf)).then(
      () => notify("success", `${lines.length.toLocaleString("en")} lines copied.`),
      () => notify("error", "The browser does not allow copying here."),
    );
  };
  const download = () => {
    if (filter.step && run.run) downloadUrl(logDownloadUrl(run.run.id, filter.step.id, filter.step));
    else downloadText(asText(lines, nameOf), `${run.run?.id ?? "run"}.log`);
  };
  return (
    <Box
      component="section"
      aria-label="Log panel"
      sx={{ height: "100%", display: "flex", flexDirection: "column", minHeight: 0 }}
    >
      <LogToolbar
        steps={steps}
        stepId={filter.step?.id ?? null}
        onStep={filter.choose}
        picker={
          <StepRunPicker
            stepRuns={filter.stepRuns}
            shown={filter.step}
            onChoose={(stepRun) => chooseStepRun(stepRun && keyOf(stepRun))}
          />
        }
        summary={summaryOf(run, filter.step, lines.length)}
        query={search.query}
        onQuery={search.setQuery}
        hitCount={search.hits.length}
        hitNumber={search.current === null ? null : search.hits.indexOf(search.current) + 1}
        onHit={search.go}
        showsTime={showsTime}
        onTime={() => setShowsTime(!showsTime)}
        wraps={wraps}
        onWrap={() => setWraps(!wraps)}
        onCopy={copy}
        onDownload={download}
        isEmpty={lines.length === 0}
      />
      <Box sx={{ flex: 1, minHeight: 0 }}>
        {lines.length === 0 ? (
          <NoLines text={emptyText(run, filter.step, names)} isLoading={isLoading} />
        ) : (
          <LogList
            key={filter.step ? attemptKey(filter.step.id, filter.step.iteration, filter.step.attempt) : "all"}
            lines={lines}
            count={lines.length}
            stepOf={
              filter.step ? null : (entry) => ({ name: nameOf(entry), colour: stepColour(stepIds, entry.step_id) })
            }
            showsTime={showsTime}
            wraps={wraps}
            query={search.query}
            currentHit={search.current}
          />
        )}
      </Box>
    </Box>
  );
}

/** The selected step, until somebody asks for all of them. */
function useStepFilter() {
  const selected = useSelection(soleStep);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const stepId = selected === dismissed ? null : selected;
  const stepRuns = useStepRuns(stepId);
  const step = useShownStepRun(stepId);
  const choose = (wanted: string | null) => {
    setDismissed(wanted === null ? selected : null);
    if (wanted !== null) select([wanted]);
  };
  return { step, stepRuns, choose };
}

function keyOf({ id, iteration, attempt }: StepRunView) {
  return { stepId: id, iteration, attempt };
}

function useStepNames(run: RunStoreState): Readonly<Record<string, string>> {
  const catalog = useCatalog();
  return useMemo(
    () =>
      Object.fromEntries((run.document?.steps ?? []).map((step) => [step.id, stepName(step, catalog.get(step.type))])),
    [run.document, catalog],
  );
}

function useLines(run: RunStoreState, step: StepRunView | undefined) {
  useLogs((state) => state.version);
  const all = useLogs((state) => state.all);
  const present = step ? attemptLines(step.id, step.iteration, step.attempt) : NO_LINES;
  const earlier = useEarlierLines(
    run.run?.id ?? null,
    step,
    present,
    step === run.byId[step?.id ?? ""] && (run.connection === "live" || run.connection === "connecting"),
  );
  const joined = useMemo(
    () => (earlier.data?.length ? [...earlier.data, ...present] : present),
    [earlier.data, present],
  );
  return { lines: step ? joined : all, isLoading: earlier.isFetching };
}

function useSearch(lines: readonly LogEntry[]) {
  const [query, setQuery] = useState("");
  const [current, setCurrent] = useState<number | null>(null);
  const index = useMemo(() => new HitIndex(lines, query), [lines, query]);
  const hits = index.current();
  return {
    query,
    hits,
    current: current !== null && hits.includes(current) ? current : null,
    setQuery: (text: string) => {
      setQuery(text);
      setCurrent(null);
    },
    go: (direction: 1 | -1) => setCurrent((at) => nextHit(hits, at, direction)),
  };
}

function summaryOf(run: RunStoreState, step: StepRunView | undefined, count: number): string {
  if (!run.run) return "";
  const words = [`${count.toLocaleString("en")} ${count === 1 ? "line" : "lines"}`];
  if (step?.status === "reused") return [...words, "printed by the earlier run whose result is reused"].join(" · ");
  if (step) words.push(STATUS_WORDS[shownStatus(step, undefined)].toLowerCase());
  const isOver = step ? isStepOver(step.status) : isRunOver(run.run.status);
  words.push(isOver ? "ended" : run.connection === "lost" ? "connection lost, trying again" : "following");
  return words.join(" · ");
}

function emptyText(run: RunStoreState, step: StepRunView | undefined, names: Readonly<Record<string, string>>): string {
  if (!run.run) return "Press Run: what the steps print appears here as they print it.";
  if (!step && !isRunOver(run.run.status)) return "Waiting for the first line…";
  if (!step && run.run.steps.every(({ status }) => status === "reused"))
    return "Nothing was executed: earlier results stand in for all steps.";
  if (!step) return "No step of this run printed anything.";
  const name = names[step.id] ?? step.id;
  if (step.status === "reused")
    return `${name} was not executed: an earlier result stands in for it, whose log is gone.`;
  if (step.started_at !== null)
    return isStepOver(step.status) ? `${name} printed nothing.` : `${name} has not printed anything yet.`;
  if (isStepOver(step.status)) return `${name} did not run. ${step.reason}`;
  return step.attempt > 1
    ? `Attempt ${step.attempt} of ${name} has not started yet. What attempt ${step.attempt - 1} printed is in the list above.`
    : `${name} has not started yet.`;
}

function NoLines({ text, isLoading }: { readonly text: string; readonly isLoading: boolean }) {
  return (
    <Box
      role="log"
      aria-label="Logs"
      sx={{ height: "100%", display: "grid", placeItems: "center", px: 2, bgcolor: "var(--o-sunken)" }}
    >
      {isLoading ? (
        <CircularProgress size={20} aria-label="Loading the log" />
      ) : (
        <Typography variant="body2" sx={{ color: "text.secondary", textAlign: "center" }}>
          {text}
        </Typography>
      )}
    </Box>
  );
}
