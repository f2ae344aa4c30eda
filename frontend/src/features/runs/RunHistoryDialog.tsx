/** Runs of the open pipeline (or all runs), newest first; opening one shows it as it was drawn. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import ButtonBase from "@mui/material/ButtonBase";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import MenuItem from "@mui/material/MenuItem";
import Select from "@mui/material/Select";
import Skeleton from "@mui/material/Skeleton";
import Switch from "@mui/material/Switch";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { listRuns } from "@/api/calls";
import { errorText } from "@/api/errors";
import { keys } from "@/api/queries";
import type { RunSummary } from "@/api/types";
import { RUN_STATUSES, type RunStatus, STATUS_WORDS } from "@/domain/status";
import { fullTime, relativeTime } from "@/domain/when";
import { useDocument } from "@/stores/document";
import { notify } from "@/stores/notices";
import { useRun } from "@/stores/run";
import { closeDialog } from "@/stores/ui";
import { Elapsed } from "@/ui/Elapsed";
import { EmptyState } from "@/ui/EmptyState";
import { StatusBadge } from "@/ui/StatusBadge";
import { openRun } from "@/live/openRun";

export function RunHistoryDialog({ onClose }: { readonly onClose: () => void }) {
  const pipelineId = useDocument((state) => state.saved?.pipelineId);
  const [showsAll, setShowsAll] = useState(pipelineId === undefined);
  const [status, setStatus] = useState<RunStatus | null>(null);
  const of = showsAll ? undefined : pipelineId;
  const { data, error, isPending, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [...keys.runs(of), "pages", status],
    queryFn: ({ pageParam }) => listRuns(of, pageParam, status),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
  });
  const runs = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Dialog
      open
      fullWidth
      maxWidth="sm"
      onClose={onClose}
      aria-labelledby="runs-title"
      slotProps={{ paper: { sx: { height: "min(600px, 84vh)" } } }}
    >
      <Box sx={{ display: "flex", alignItems: "baseline", pr: 2.5 }}>
        <DialogTitle id="runs-title" sx={{ flex: 1 }}>
          Runs
        </DialogTitle>
        <StatusFilter status={status} onChange={setStatus} />
        {pipelineId !== undefined && (
          <FormControlLabel
            control={<Switch checked={showsAll} onChange={(event) => setShowsAll(event.target.checked)} />}
            label={<Typography variant="body2">Of all pipelines</Typography>}
          />
        )}
      </Box>
      <Box
        sx={{
          flex: 1,
          minHeight: 0,
          overflowY: "auto",
          borderTop: 1,
          borderBottom: 1,
          borderColor: "divider",
          p: 0.75,
        }}
      >
        {error && <Alert severity="error">{errorText(error)}</Alert>}
        {isPending && <Skeleton variant="rounded" height={200} aria-label="Loading runs" />}
        {data && runs.length === 0 && status !== null && <EmptyState title="No run is in this state" text="" />}
        {data && runs.length === 0 && status === null && (
          <EmptyState title="No runs yet" text="Press Run: every run is kept here with its logs and results." />
        )}
        <RunList runs={runs} />
        {hasNextPage && <Button onClick={() => void fetchNextPage()}>Show more</Button>}
      </Box>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

const ANY = "any";

interface StatusFilterProps {
  readonly status: RunStatus | null;
  readonly onChange: (status: RunStatus | null) => void;
}

function StatusFilter({ status, onChange }: StatusFilterProps) {
  return (
    <Select
      value={status ?? ANY}
      onChange={(event) => onChange(RUN_STATUSES.find((known) => known === event.target.value) ?? null)}
      SelectDisplayProps={{ "aria-label": "Status of the runs" }}
      sx={{ mr: 1.5, "& .MuiSelect-select": { py: 0.5, fontSize: 12.5 } }}
    >
      <MenuItem dense value={ANY}>
        Any status
      </MenuItem>
      {RUN_STATUSES.map((known) => (
        <MenuItem dense key={known} value={known}>
          {STATUS_WORDS[known]}
        </MenuItem>
      ))}
    </Select>
  );
}

function RunList({ runs }: { readonly runs: readonly RunSummary[] }) {
  const shown = useRun((state) => state.run?.id ?? null);
  const [now] = useState(() => Date.now());
  const open = (run: RunSummary) =>
    openRun(run.id, closeDialog).catch((error: unknown) =>
      notify("error", `This run cannot be shown. ${errorText(error)}`),
    );
  return (
    <Box component="ul" aria-label="Runs" onKeyDown={walk} sx={{ listStyle: "none", m: 0, p: 0 }}>
      {runs.map((run) => (
        <li key={run.id}>
          <ButtonBase
            onClick={() => void open(run)}
            aria-current={run.id === shown}
            sx={{
              width: "100%",
              display: "flex",
              textAlign: "left",
              gap: 1.5,
              px: 1.25,
              py: 0.75,
              borderRadius: 1,
              bgcolor: run.id === shown ? "var(--o-accent-soft)" : "transparent",
              "&:hover": { bgcolor: "action.hover" },
              "&:focus-visible": { outline: "2px solid", outlineColor: "primary.main" },
            }}
          >
            <Box sx={{ width: 96, flexShrink: 0 }}>
              <StatusBadge status={run.status} />
            </Box>
            <Box sx={{ flex: 1, minWidth: 0 }}>
              <Typography variant="body2" noWrap>
                {run.name}
                <Box component="span" sx={{ color: "text.secondary" }}>
                  {run.pipeline_version === null ? " · not saved" : ` · version ${run.pipeline_version}`}
                </Box>
              </Typography>
              <Typography
                variant="caption"
                noWrap
                component="div"
                sx={{ color: "text.secondary" }}
                title={fullTime(run.queued_at)}
              >
                {relativeTime(run.started_at ?? run.queued_at, now)}
                {run.reason !== "" && ` · ${run.reason}`}
              </Typography>
            </Box>
            <Typography variant="body2" sx={{ color: "text.secondary", flexShrink: 0 }}>
              {run.started_at !== null && <Elapsed startedAt={run.started_at} endedAt={run.ended_at} />}
            </Typography>
          </ButtonBase>
        </li>
      ))}
    </Box>
  );
}

function walk(event: KeyboardEvent<HTMLUListElement>) {
  const direction = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (direction === 0) return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
  const next = buttons[buttons.indexOf(event.target as HTMLElement) + direction];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
