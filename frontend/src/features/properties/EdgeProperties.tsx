/** Everything about the one selected edge: where it leads, its label, and for a loop how often it may go back. */
import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import EastIcon from "@mui/icons-material/East";
import LoopIcon from "@mui/icons-material/Loop";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Link from "@mui/material/Link";
import Skeleton from "@mui/material/Skeleton";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { lazy, Suspense } from "react";
import { useCatalog } from "@/api/queries";
import { remove, setEdge } from "@/domain/edit";
import { goesBack, loopBody } from "@/domain/loops";
import { type Edge, findStep, type PipelineDocument } from "@/domain/pipeline";
import { stepName } from "@/domain/text";
import { canvasView } from "@/stores/canvasView";
import { edit } from "@/stores/document";
import { useProblems } from "@/stores/problems";
import { deselect, select } from "@/stores/selection";
import { edgeProblems, edgeSchema, edgeValues, fieldProblems, withEdgeValues } from "./edge";
import { StepProblems } from "./StepProblems";

const SettingsForm = lazy(() => import("./form/SettingsForm"));

interface EdgePropertiesProps {
  readonly document: PipelineDocument;
  readonly edge: Edge;
}

export function EdgeProperties({ document, edge }: EdgePropertiesProps) {
  const problems = useProblems((state) => state.problems);
  const isLoop = edge.kind === "loop";
  return (
    <Box sx={{ height: "100%", display: "flex", flexDirection: "column", minWidth: 0 }}>
      <Head edge={edge} />
      <Box sx={{ flex: 1, minHeight: 0, overflowY: "auto", p: 1.5, display: "flex", flexDirection: "column", gap: 2 }}>
        <StepProblems problems={edgeProblems(problems, edge.id)} />
        <Ends document={document} edge={edge} />
        <Suspense fallback={<Skeleton variant="rounded" height={140} />}>
          <SettingsForm
            key={edge.kind}
            id={edge.id}
            label="Edge"
            schema={edgeSchema(edge)}
            values={edgeValues(edge)}
            problems={fieldProblems(problems, edge.id)}
            onChange={(values, gesture) =>
              edit((current) => setEdge(current, edge.id, withEdgeValues(edge, values)), `edge ${gesture}`)
            }
          />
        </Suspense>
        <Explanation document={document} edge={edge} isLoop={isLoop} />
      </Box>
    </Box>
  );
}

function Head({ edge }: { readonly edge: Edge }) {
  const Icon = edge.kind === "loop" ? LoopIcon : EastIcon;
  return (
    <Box
      component="header"
      sx={{ display: "flex", alignItems: "center", gap: 1, px: 1.5, py: 1.25, borderBottom: 1, borderColor: "divider" }}
    >
      <Icon fontSize="small" sx={{ color: edge.kind === "loop" ? "var(--o-role-retry)" : "text.secondary" }} />
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography variant="subtitle2" component="h3" noWrap>
          {edge.kind === "loop" ? "Loop" : "Edge"}
        </Typography>
        <Typography variant="caption" sx={{ color: "text.secondary", fontFamily: "var(--o-mono)", fontSize: 11 }}>
          {edge.id}
        </Typography>
      </Box>
      <Tooltip title="Delete edge">
        <IconButton
          aria-label="Delete edge"
          onClick={() => {
            deselect();
            edit((current) => remove(current, [], [edge.id]));
          }}
        >
          <DeleteIcon sx={{ fontSize: 19 }} />
        </IconButton>
      </Tooltip>
    </Box>
  );
}

function Ends({ document, edge }: EdgePropertiesProps) {
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "auto minmax(0, 1fr)", columnGap: 1.5, alignItems: "center" }}>
      <EndOf document={document} word="From" stepId={edge.source} port={edge.source_port} />
      <EndOf document={document} word="To" stepId={edge.target} port={edge.target_port} />
    </Box>
  );
}

interface EndProps {
  readonly document: PipelineDocument;
  readonly word: string;
  readonly stepId: string;
  readonly port: string;
}

function EndOf({ document, word, stepId, port }: EndProps) {
  const catalog = useCatalog();
  const step = findStep(document, stepId);
  const name = step ? stepName(step, catalog.get(step.type)) : stepId;
  return (
    <>
      <Typography variant="body2" sx={{ color: "text.secondary" }}>
        {word}
      </Typography>
      <Link
        component="button"
        type="button"
        variant="body2"
        underline="hover"
        sx={{ textAlign: "left", minWidth: 0, minHeight: 26 }}
        onClick={() => {
          const canvas = canvasView();
          if (canvas) canvas.reveal(stepId);
          else select([stepId]);
        }}
      >
        {name} · {port}
      </Link>
    </>
  );
}

function Explanation({ document, edge, isLoop }: EdgePropertiesProps & { readonly isLoop: boolean }) {
  const catalog = useCatalog();
  if (!isLoop) return null;
  const body = loopBody(document, edge).map((id) => {
    const step = findStep(document, id);
    return step ? stepName(step, catalog.get(step.type)) : id;
  });
  const text = goesBack(document, edge.source, edge.target, edge.id)
    ? `Repeats ${body.join(", ")}, and what comes after them. The first time counts: a maximum of 3 means that they are executed at most three times.`
    : "This edge does not go back to a step that comes before: make it a data edge, or connect it elsewhere.";
  return (
    <Typography variant="body2" sx={{ color: "text.secondary" }}>
      {text}
    </Typography>
  );
}
