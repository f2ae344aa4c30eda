/** How the whole run went: shown while no step is selected. */
import OpenIcon from "@mui/icons-material/OpenInNew";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import type { RunState } from "@/domain/run";
import type { Asked } from "@/stores/run";
import { askedText } from "./asked";
import type { ShownStatus } from "@/domain/status";
import { metricText } from "@/domain/text";
import { Elapsed } from "@/ui/Elapsed";
import { StatusBadge } from "@/ui/StatusBadge";
import "./results.css";

interface RunSummaryProps {
  readonly run: RunState;
  readonly asked: Asked | null;
  readonly title: string;
  readonly mlflowUrl: string | null;
  readonly nameOf: (stepId: string) => string;
  readonly statusOf: (stepId: string) => ShownStatus;
  readonly onVisit: (stepId: string) => void;
}

const METRICS_SHOWN = 6;

export function RunSummary({ run, asked, title, mlflowUrl, nameOf, statusOf, onVisit }: RunSummaryProps) {
  const withMetrics = run.steps.filter((step) => Object.keys(step.metrics).length > 0);
  return (
    <Box
      sx={{ height: "100%", overflow: "auto", p: 1.5, display: "grid", gap: 1.5, alignContent: "start" }}
      tabIndex={0}
      role="group"
      aria-label="Results of the run"
    >
      <Box sx={{ display: "flex", alignItems: "center", gap: 1.25 }}>
        <Typography variant="subtitle2" component="h3" noWrap>
          {title}
        </Typography>
        <StatusBadge status={run.status} />
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          {run.started_at !== null && <Elapsed startedAt={run.started_at} endedAt={run.ended_at} />}
        </Typography>
        <Typography variant="caption" noWrap sx={{ color: "text.secondary", minWidth: 0 }}>
          {asked === null ? "" : askedText(asked, nameOf)}
        </Typography>
        {mlflowUrl !== null && (
          <Button
            size="small"
            href={mlflowUrl}
            target="_blank"
            rel="noopener"
            endIcon={<OpenIcon sx={{ fontSize: "15px !important" }} />}
            sx={{ ml: "auto" }}
          >
            Open in MLflow
          </Button>
        )}
      </Box>
      {run.reason !== "" && (
        <Alert severity={run.status === "failed" ? "error" : "info"} variant="outlined">
          {run.reason}
        </Alert>
      )}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.75 }}>
        {run.steps.map((step) => (
          <Box
            key={step.id}
            component="button"
            type="button"
            onClick={() => onVisit(step.id)}
            sx={{
              font: "inherit",
              color: "inherit",
              display: "flex",
              alignItems: "center",
              gap: 1,
              px: 1.25,
              py: 0.5,
              border: 1,
              borderColor: "divider",
              borderRadius: 1,
              bgcolor: "background.paper",
              cursor: "pointer",
              "&:hover": { bgcolor: "action.hover" },
            }}
          >
            <span>{nameOf(step.id)}</span>
            <StatusBadge status={statusOf(step.id)} />
          </Box>
        ))}
      </Box>
      {withMetrics.length > 0 && (
        <Box sx={{ display: "grid", gap: 1.5, gridTemplateColumns: "repeat(auto-fill, minmax(240px, 1fr))" }}>
          {withMetrics.map((step) => (
            <div key={step.id} className="res-scroll">
              <table className="res-table" style={{ width: "100%" }} aria-label={`Metrics of ${nameOf(step.id)}`}>
                <thead>
                  <tr>
                    <th colSpan={2} scope="colgroup">
                      {nameOf(step.id)}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {Object.entries(step.metrics)
                    .slice(0, METRICS_SHOWN)
                    .map(([name, value]) => (
                      <tr key={name}>
                        <th scope="row">{name}</th>
                        <td data-number="">{metricText(value)}</td>
                      </tr>
                    ))}
                </tbody>
              </table>
            </div>
          ))}
        </Box>
      )}
    </Box>
  );
}
