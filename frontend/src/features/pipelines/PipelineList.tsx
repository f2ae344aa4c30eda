/** The saved pipelines that fit a search, last saved first; arrows walk, Enter opens. */
import DuplicateIcon from "@mui/icons-material/ContentCopy";
import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import HistoryIcon from "@mui/icons-material/History";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import ButtonBase from "@mui/material/ButtonBase";
import IconButton from "@mui/material/IconButton";
import Skeleton from "@mui/material/Skeleton";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { type KeyboardEvent, type ReactNode, type RefObject, useState } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { listPipelines } from "@/api/calls";
import { errorText } from "@/api/errors";
import { keys } from "@/api/queries";
import type { PipelineSummary } from "@/api/types";
import { fullTime, relativeTime } from "@/domain/when";
import { useDocument } from "@/stores/document";
import { openDialog } from "@/stores/ui";
import { EmptyState } from "@/ui/EmptyState";

interface PipelineListProps {
  readonly listRef: RefObject<HTMLUListElement | null>;
  readonly search: string;
  readonly onOpen: (pipeline: PipelineSummary) => void;
  readonly onVersions: (pipeline: PipelineSummary) => void;
  readonly onDuplicate: (pipeline: PipelineSummary) => Promise<void>;
  readonly onDelete: (pipeline: PipelineSummary) => Promise<void>;
}

export function PipelineList({ listRef, search, ...actions }: PipelineListProps) {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: [...keys.pipelines(search), "pages"],
    queryFn: ({ pageParam }) => listPipelines(search, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
  });
  const [deleting, setDeleting] = useState<string | null>(null);
  const openId = useDocument((state) => state.saved?.pipelineId ?? null);
  const [now] = useState(() => Date.now());
  const pipelines = data?.pages.flatMap((page) => page.items) ?? [];

  if (error) {
    return (
      <EmptyState title="The list did not arrive" text={errorText(error)}>
        <Button variant="outlined" onClick={() => void refetch()}>
          Try again
        </Button>
      </EmptyState>
    );
  }
  if (isPending) return <Waiting />;
  if (pipelines.length === 0) return <NoPipelines search={search} />;
  return (
    <>
      <Box
        component="ul"
        ref={listRef}
        aria-label="Pipelines"
        onKeyDown={walk}
        sx={{ listStyle: "none", m: 0, p: 0.75 }}
      >
        {pipelines.map((pipeline) => (
          <Box
            component="li"
            key={pipeline.id}
            sx={{ display: "flex", alignItems: "center", borderRadius: 1, "&:hover": { bgcolor: "action.hover" } }}
          >
            {deleting === pipeline.id ? (
              <ConfirmDelete
                name={pipeline.name}
                onKeep={() => setDeleting(null)}
                onDelete={() => {
                  setDeleting(null);
                  void actions.onDelete(pipeline);
                }}
              />
            ) : (
              <Row
                pipeline={pipeline}
                isOpen={pipeline.id === openId}
                now={now}
                onAskDelete={() => setDeleting(pipeline.id)}
                {...actions}
              />
            )}
          </Box>
        ))}
      </Box>
      {hasNextPage && (
        <Box sx={{ textAlign: "center", pb: 1 }}>
          <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
            Show more
          </Button>
        </Box>
      )}
    </>
  );
}

function walk(event: KeyboardEvent<HTMLUListElement>) {
  const direction = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (direction === 0) return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-pipeline]")];
  const line = (event.target as HTMLElement).closest("li")?.querySelector<HTMLElement>("[data-pipeline]");
  const next = items[(line ? items.indexOf(line) : -1) + direction];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

interface RowProps extends Omit<PipelineListProps, "listRef" | "search"> {
  readonly pipeline: PipelineSummary;
  readonly isOpen: boolean;
  readonly now: number;
  readonly onAskDelete: () => void;
}

function Row({ pipeline, isOpen, now, onOpen, onVersions, onDuplicate, onAskDelete }: RowProps) {
  const count = pipeline.document.steps.length;
  const steps = `${count} ${count === 1 ? "step" : "steps"}`;
  return (
    <>
      <ButtonBase
        data-pipeline={pipeline.id}
        onClick={() => onOpen(pipeline)}
        sx={{
          flex: 1,
          minWidth: 0,
          display: "block",
          textAlign: "left",
          px: 1.25,
          py: 0.75,
          borderRadius: 1,
          "&:focus-visible": { outline: "2px solid", outlineColor: "primary.main" },
        }}
      >
        <Typography variant="body2" noWrap sx={{ fontWeight: 500 }}>
          {pipeline.name}
          {isOpen && (
            <Box component="span" sx={{ color: "primary.main", fontWeight: 400, ml: 0.75 }}>
              open now
            </Box>
          )}
        </Typography>
        <Typography
          variant="caption"
          noWrap
          component="div"
          sx={{ color: "text.secondary" }}
          title={fullTime(pipeline.updated_at)}
        >
          {steps} · version {pipeline.version} · saved {relativeTime(pipeline.updated_at, now)}
        </Typography>
      </ButtonBase>
      <Action label={`Versions of ${pipeline.name}`} title="Versions" onClick={() => onVersions(pipeline)}>
        <HistoryIcon sx={{ fontSize: 18 }} />
      </Action>
      <Action label={`Duplicate ${pipeline.name}`} title="Duplicate" onClick={() => void onDuplicate(pipeline)}>
        <DuplicateIcon sx={{ fontSize: 16 }} />
      </Action>
      <Action label={`Delete ${pipeline.name}`} title="Delete" onClick={onAskDelete}>
        <DeleteIcon sx={{ fontSize: 18 }} />
      </Action>
    </>
  );
}

function Action({
  label,
  title,
  onClick,
  children,
}: {
  readonly label: string;
  readonly title: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Tooltip title={title}>
      <IconButton size="small" aria-label={label} onClick={onClick}>
        {children}
      </IconButton>
    </Tooltip>
  );
}

function ConfirmDelete({
  name,
  onKeep,
  onDelete,
}: {
  readonly name: string;
  readonly onKeep: () => void;
  readonly onDelete: () => void;
}) {
  return (
    <Box
      role="alertdialog"
      aria-label={`Delete ${name}?`}
      sx={{ display: "flex", alignItems: "center", gap: 1, flex: 1, minWidth: 0, px: 1.25, minHeight: 52 }}
    >
      <Typography variant="body2" noWrap sx={{ flex: 1 }}>
        Delete “{name}” with all its versions?
      </Typography>
      <Button autoFocus onClick={onKeep}>
        Keep
      </Button>
      <Button color="error" variant="contained" onClick={onDelete}>
        Delete
      </Button>
    </Box>
  );
}

function Waiting() {
  return (
    <Box aria-busy aria-label="Loading pipelines" sx={{ p: 2, display: "grid", gap: 1 }}>
      {[0, 1, 2, 3].map((line) => (
        <Skeleton key={line} variant="rounded" height={44} />
      ))}
    </Box>
  );
}

function NoPipelines({ search }: { readonly search: string }) {
  if (search !== "") return <EmptyState title="Nothing found" text={`No pipeline has “${search}” in its name.`} />;
  return (
    <EmptyState
      title="No saved pipelines yet"
      text="Save the one you are drawing, start from a template, or drop a pipeline file here."
    >
      <Button variant="outlined" onClick={() => openDialog({ kind: "templates" })}>
        New from template
      </Button>
    </EmptyState>
  );
}
