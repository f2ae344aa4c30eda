/** The tables a step gave out, page by page, with what is in each column. */
import PreviousIcon from "@mui/icons-material/ChevronLeft";
import NextIcon from "@mui/icons-material/ChevronRight";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Skeleton from "@mui/material/Skeleton";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { previewPort } from "@/api/calls";
import { errorText } from "@/api/errors";
import { keys } from "@/api/queries";
import type { ArtifactRef } from "@/domain/event";
import type { StepRunView } from "@/domain/run";
import { EmptyState } from "@/ui/EmptyState";
import { isTable } from "./artifacts";
import { keyOf } from "./Artifacts";
import { DataTable } from "./DataTable";
import { countText, rowsText } from "./numbers";
import { nameOf, profileOf, type ColumnProfile } from "./profile";

const PAGE = 100;

interface PortPreviewProps {
  readonly runId: string;
  readonly step: StepRunView;
}

export function PortPreview({ runId, step }: PortPreviewProps) {
  const tables = step.artifacts.filter(isTable);
  const [wanted, setWanted] = useState<string | null>(null);
  const chosen = tables.find((table) => table.port === wanted) ?? tables[0];
  if (!chosen) return <EmptyState title="No tables" text="This step has given out no table yet." />;
  return (
    <Box sx={{ display: "flex", flexDirection: "column", height: "100%", minHeight: 0, gap: 1 }}>
      {tables.length > 1 && (
        <ToggleButtonGroup
          exclusive
          size="small"
          aria-label="Port"
          value={chosen.port}
          onChange={(_event, port: string | null) => port !== null && setWanted(port)}
          sx={{ "& .MuiToggleButton-root": { py: 0.25, px: 1.25, fontSize: 12, textTransform: "none" } }}
        >
          {tables.map((table) => (
            <ToggleButton key={table.port} value={table.port ?? ""}>
              {table.port}
              <Box component="span" sx={{ color: "text.secondary", ml: 0.75 }}>
                {countText(table.rows ?? 0)}
              </Box>
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      )}
      <TablePage key={chosen.port} runId={runId} step={step} table={chosen} />
    </Box>
  );
}

function TablePage({ runId, step, table }: PortPreviewProps & { readonly table: ArtifactRef }) {
  const [offset, setOffset] = useState(0);
  const port = table.port ?? "";
  const page = { ...keyOf(step), offset, limit: PAGE };
  const { data, error, isPending } = useQuery({
    queryKey: keys.preview(runId, step.id, port, page),
    queryFn: () => previewPort(runId, step.id, port, page),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });
  if (error) return <EmptyState title="The table cannot be shown" text={errorText(error)} />;
  if (isPending) return <Skeleton variant="rounded" sx={{ flex: 1, minHeight: 80 }} />;
  const profiles = new Map(data.profile.map((summary) => [nameOf(summary), profileOf(summary)]));
  const last = Math.min(data.offset + data.rows.length, data.total_rows);
  return (
    <>
      <Box sx={{ display: "flex", alignItems: "center", gap: 0.5 }}>
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          {rowsText(data.total_rows)} · {data.columns.length} {data.columns.length === 1 ? "column" : "columns"}
        </Typography>
        {data.total_rows > PAGE && (
          <Box sx={{ ml: "auto", display: "flex", alignItems: "center" }}>
            <Typography variant="caption" sx={{ color: "text.secondary", mr: 0.5 }} role="status">
              {countText(data.offset + 1)}–{countText(last)}
            </Typography>
            <IconButton
              size="small"
              aria-label="Previous rows"
              disabled={offset === 0}
              onClick={() => setOffset(Math.max(0, offset - PAGE))}
            >
              <PreviousIcon fontSize="small" />
            </IconButton>
            <IconButton
              size="small"
              aria-label="Next rows"
              disabled={last >= data.total_rows}
              onClick={() => setOffset(offset + PAGE)}
            >
              <NextIcon fontSize="small" />
            </IconButton>
          </Box>
        )}
      </Box>
      <div
        className="res-scroll"
        style={{ flex: 1, minHeight: 60 }}
        tabIndex={0}
        role="region"
        aria-label={`Rows of ${port}`}
      >
        <DataTable
          label={`Rows of ${port}`}
          missing="missing"
          columns={data.columns.map((column) => ({
            name: column.name,
            head: <Head name={column.name} type={column.type} profile={profiles.get(column.name) ?? null} />,
          }))}
          rows={data.rows}
        />
      </div>
    </>
  );
}

function Head({
  name,
  type,
  profile,
}: {
  readonly name: string;
  readonly type: string;
  readonly profile: ColumnProfile | null;
}) {
  const facts = profile?.facts.join(" · ") ?? "";
  return (
    <Tooltip title={facts} placement="top">
      <div style={{ display: "inline-block" }}>
        <div>{name}</div>
        <div style={{ fontWeight: 400, fontSize: 11 }}>{type}</div>
        {profile && profile.bars.length > 0 && (
          <div className="res-bars" role="img" aria-label={`${name}: ${facts}`}>
            {profile.bars.map((bar) => (
              <span key={bar.label} style={{ height: `${Math.round(bar.share * 100)}%` }} title={bar.label} />
            ))}
          </div>
        )}
      </div>
    </Tooltip>
  );
}
