/** What the step left behind, each to look at or to download. */
import DownloadIcon from "@mui/icons-material/Download";
import HideIcon from "@mui/icons-material/VisibilityOff";
import ShowIcon from "@mui/icons-material/Visibility";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { artifactUrl } from "@/api/calls";
import { errorText } from "@/api/errors";
import type { ArtifactRef } from "@/domain/event";
import type { StepRunView } from "@/domain/run";
import { sizeText } from "@/domain/text";
import { EmptyState } from "@/ui/EmptyState";
import { fileName, isFile, shownAs } from "./artifacts";
import { countText } from "./numbers";
import "./results.css";

const TEXT_LIMIT = 100_000; // characters shown in place

interface ArtifactsProps {
  readonly runId: string;
  readonly step: StepRunView;
}

export function Artifacts({ runId, step }: ArtifactsProps) {
  const [open, setOpen] = useState<string | null>(null);
  if (step.artifacts.length === 0)
    return <EmptyState title="No artifacts" text="This step has left nothing behind yet." />;
  return (
    <div className="res-scroll">
      <table className="res-table" style={{ width: "100%" }} aria-label="Artifacts">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Port</th>
            <th scope="col">Format</th>
            <th scope="col" data-number="">
              Rows
            </th>
            <th scope="col" data-number="">
              Size
            </th>
            <th scope="col">
              <span className="o-visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {step.artifacts.map((artifact) => {
            const isOpen = open === artifact.path;
            return [
              <Row
                key={artifact.path + (artifact.port ?? "")}
                artifact={artifact}
                url={artifactUrl(runId, step.id, artifact.path, keyOf(step))}
                isOpen={isOpen}
                onToggle={() => setOpen(isOpen ? null : artifact.path)}
              />,
              isOpen && (
                <tr key={`${artifact.path} shown`}>
                  <td colSpan={6} style={{ whiteSpace: "normal", maxWidth: "none" }}>
                    <Preview artifact={artifact} url={artifactUrl(runId, step.id, artifact.path, keyOf(step))} />
                  </td>
                </tr>
              ),
            ];
          })}
        </tbody>
      </table>
    </div>
  );
}

export function keyOf(step: StepRunView): { iteration: number; attempt: number } {
  return { iteration: step.iteration, attempt: step.attempt };
}

interface RowProps {
  readonly artifact: ArtifactRef;
  readonly url: string;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

function Row({ artifact, url, isOpen, onToggle }: RowProps) {
  const name = fileName(artifact);
  return (
    <tr>
      <td title={artifact.path}>
        <strong style={{ fontWeight: 500 }}>{name}</strong>
        {artifact.uri !== null && <span className="res-missing"> handed on</span>}
      </td>
      <td>{artifact.port ?? ""}</td>
      <td>{artifact.format ?? ""}</td>
      <td data-number="">{artifact.rows === null ? "" : countText(artifact.rows)}</td>
      <td data-number="">{artifact.size_bytes === null ? "" : sizeText(artifact.size_bytes)}</td>
      <td data-number="">
        {shownAs(artifact) !== null && (
          <Tooltip title={isOpen ? "Hide" : "Show"}>
            <IconButton
              size="small"
              aria-label={`${isOpen ? "Hide" : "Show"} ${name}`}
              aria-expanded={isOpen}
              onClick={onToggle}
              sx={{ p: 0.25 }}
            >
              {isOpen ? <HideIcon sx={{ fontSize: 17 }} /> : <ShowIcon sx={{ fontSize: 17 }} />}
            </IconButton>
          </Tooltip>
        )}
        {isFile(artifact) && (
          <Tooltip title="Download">
            <IconButton
              size="small"
              component="a"
              href={url}
              download={name}
              aria-label={`Download ${name}`}
              sx={{ p: 0.25, ml: 0.5 }}
            >
              <DownloadIcon sx={{ fontSize: 17 }} />
            </IconButton>
          </Tooltip>
        )}
      </td>
    </tr>
  );
}

function Preview({ artifact, url }: { readonly artifact: ArtifactRef; readonly url: string }) {
  if (shownAs(artifact) === "image") {
    return <img src={url} alt={fileName(artifact)} style={{ maxWidth: "100%", maxHeight: 420, borderRadius: 8 }} />;
  }
  return <TextPreview url={url} isJson={artifact.path.endsWith(".json")} />;
}

function TextPreview({ url, isJson }: { readonly url: string; readonly isJson: boolean }) {
  const { data, error, isPending } = useQuery({
    queryKey: ["artifact-text", url],
    queryFn: async () => {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`The server answered ${response.status}.`);
      return await response.text();
    },
  });
  if (isPending) return <Typography variant="caption">Loading…</Typography>;
  if (error)
    return (
      <Typography variant="caption" color="error">
        {errorText(error)}
      </Typography>
    );
  const text = isJson ? indented(data) : data;
  return (
    <Box>
      <pre className="res-pre" tabIndex={0}>
        {text.slice(0, TEXT_LIMIT)}
      </pre>
      {text.length > TEXT_LIMIT && (
        <Typography variant="caption">Only the beginning is shown; download the file for the rest.</Typography>
      )}
    </Box>
  );
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
