/** Everything one step of the shown run came to. */
import OpenIcon from "@mui/icons-material/OpenInNew";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Skeleton from "@mui/material/Skeleton";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { getArtifactJson } from "@/api/calls";
import { errorText } from "@/api/errors";
import type { ArtifactRef } from "@/domain/event";
import type { StepRunView } from "@/domain/run";
import { isStepOver, type ShownStatus } from "@/domain/status";
import { Elapsed } from "@/ui/Elapsed";
import { EmptyState } from "@/ui/EmptyState";
import { StatusBadge } from "@/ui/StatusBadge";
import { exitCodeText } from "./advice";
import { isTable } from "./artifacts";
import { Artifacts, keyOf } from "./Artifacts";
import { cardOf, parseCard } from "./card";
import { CardBlocks } from "./CardBlocks";
import { Failure } from "./Failure";
import { Metrics } from "./Metrics";
import { PortPreview } from "./PortPreview";
import { Story } from "./Story";
import { ReusedFrom } from "./ReusedFrom";
import { WhyNotWarm } from "./WhyNotWarm";

type Section = "card" | "data" | "artifacts" | "story";

interface StepResultsProps {
  readonly runId: string;
  readonly name: string;
  readonly step: StepRunView;
  readonly status: ShownStatus;
  readonly mlflowUrl: string | null;
  readonly plain: (text: string) => string;
  /** Which iteration and attempt. */
  readonly picker: ReactNode;
  readonly retries: number;
}

export function StepResults(props: StepResultsProps) {
  const { runId, step } = props;
  const [section, setSection] = useState<Section>("card");
  return (
    <Box sx={{ height: "100%", display: "flex", flexDirection: "column", minHeight: 0 }}>
      <Box
        sx={{
          display: "flex",
          alignItems: "center",
          gap: 1.25,
          px: 1.5,
          py: 0.25,
          rowGap: 0.25,
          flexWrap: "wrap",
          minHeight: 40,
          borderBottom: 1,
          borderColor: "divider",
          containerType: "inline-size",
        }}
      >
        <Head {...props} />
        {props.picker}
        <Box sx={{ display: "flex", alignItems: "center", gap: 1.25, ml: "auto", flexShrink: 0 }}>
          <SectionChoice artifacts={step.artifacts} section={section} onChange={setSection} />
          {props.mlflowUrl !== null && <MlflowLink url={props.mlflowUrl} />}
        </Box>
      </Box>
      <Box
        sx={{ flex: 1, minHeight: 0, overflow: "auto", p: 1.5 }}
        tabIndex={0}
        role="group"
        aria-label={`Results of ${props.name}`}
      >
        {section === "card" && <Summary {...props} />}
        {section === "data" && <PortPreview runId={runId} step={step} />}
        {section === "artifacts" && <Artifacts runId={runId} step={step} />}
        {section === "story" && <Story runId={runId} step={step} />}
      </Box>
    </Box>
  );
}

interface SectionChoiceProps {
  readonly artifacts: readonly ArtifactRef[];
  readonly section: Section;
  readonly onChange: (section: Section) => void;
}

function SectionChoice({ artifacts, section, onChange }: SectionChoiceProps) {
  const tables = artifacts.filter(isTable).length;
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      aria-label="What is shown"
      value={section}
      onChange={(_event, next: Section | null) => next !== null && onChange(next)}
      sx={{ "& .MuiToggleButton-root": { py: 0.25, px: 1.25, fontSize: 12, textTransform: "none" } }}
    >
      <ToggleButton value="card">Summary</ToggleButton>
      <ToggleButton value="data">Data{tables > 0 ? ` (${tables})` : ""}</ToggleButton>
      <ToggleButton value="artifacts">Artifacts{artifacts.length > 0 ? ` (${artifacts.length})` : ""}</ToggleButton>
      <ToggleButton value="story">Story</ToggleButton>
    </ToggleButtonGroup>
  );
}

/** Without its words where there is little room. */
function MlflowLink({ url }: { readonly url: string }) {
  return (
    <Button
      size="small"
      href={url}
      target="_blank"
      rel="noopener"
      aria-label="Open in MLflow"
      title="Open in MLflow"
      sx={{ minWidth: 0 }}
    >
      <Box component="span" sx={{ mr: 1, "@container (max-width: 760px)": { display: "none" } }}>
        Open in MLflow
      </Box>
      <OpenIcon sx={{ fontSize: 15 }} />
    </Button>
  );
}

function Head({ name, step, status, retries }: StepResultsProps) {
  const facts = [
    step.iteration > 1 ? `iteration ${step.iteration}` : "",
    step.attempt > 1 ? `attempt ${step.attempt} of ${retries + 1}` : "",
    step.exit_code !== null && step.exit_code !== 0 ? `exit code ${exitCodeText(step.exit_code)}` : "",
    step.backend !== null ? `started ${step.backend}` : "",
  ]
    .filter(Boolean)
    .join(" · ");
  return (
    <>
      <Typography variant="subtitle2" component="h3" noWrap sx={{ maxWidth: 220 }}>
        {name}
      </Typography>
      <StatusBadge status={status} />
      <Typography variant="caption" noWrap sx={{ color: "text.secondary", minWidth: 0 }}>
        {step.started_at !== null && <Elapsed startedAt={step.started_at} endedAt={step.ended_at} />}
        {step.started_at !== null && facts !== "" && " · "}
        {facts}
      </Typography>
    </>
  );
}

function Summary({ runId, step, plain }: StepResultsProps) {
  const hasMetrics = Object.keys(step.metrics).length > 0;
  return (
    <Box sx={{ display: "grid", gap: 1.5, gridTemplateColumns: "minmax(0, 1fr)" }}>
      <Failure runId={runId} step={step} plain={plain} />
      <WhyNotWarm step={step} />
      {step.reused_from !== null && <ReusedFrom from={step.reused_from} />}
      {step.progress !== null && <Progress step={step} />}
      <Box
        sx={{
          display: "grid",
          gap: 2.5,
          gridTemplateColumns: { md: hasMetrics ? "minmax(220px, 280px) minmax(0, 1fr)" : "minmax(0, 1fr)" },
          alignItems: "start",
        }}
      >
        <Metrics metrics={step.metrics} />
        <CardOf runId={runId} step={step} />
      </Box>
      {!hasMetrics && step.artifacts.length === 0 && step.reason === "" && <Waiting step={step} />}
    </Box>
  );
}

function Progress({ step }: { readonly step: StepRunView }) {
  const fraction = step.progress?.fraction ?? null;
  return (
    <Box>
      <Typography variant="caption">{step.progress?.message || "Running"}</Typography>
      <LinearProgress
        aria-label="Progress of the step"
        {...(fraction === null ? {} : { variant: "determinate", value: Math.round(fraction * 100) })}
      />
    </Box>
  );
}

function Waiting({ step }: { readonly step: StepRunView }) {
  return isStepOver(step.status) ? (
    <EmptyState title="Nothing to show" text="This step has written no metrics, no card and no artifacts." />
  ) : (
    <EmptyState title="No results yet" text="Metrics, charts and tables appear here as the step produces them." />
  );
}

function CardOf({ runId, step }: { readonly runId: string; readonly step: StepRunView }) {
  const artifact = cardOf(step.artifacts);
  const { data, error, isPending } = useQuery({
    queryKey: ["card", runId, step.id, keyOf(step)],
    queryFn: async () => parseCard(await getArtifactJson(runId, step.id, artifact?.path ?? "", keyOf(step))),
    enabled: artifact !== null,
    staleTime: Infinity,
  });
  if (artifact === null) return null;
  if (error)
    return (
      <Typography variant="body2" color="error">
        The card cannot be shown: {errorText(error)}
      </Typography>
    );
  if (isPending) return <Skeleton variant="rounded" height={160} />;
  return data ? (
    <CardBlocks card={data} />
  ) : (
    <Typography variant="body2">The card this step wrote is not readable.</Typography>
  );
}
