/** What can be done with an artifact here. */
import type { ArtifactRef } from "@/domain/event";

export type Shown = "image" | "text" | null;

const IMAGES = ["png", "jpg", "jpeg", "gif", "webp"];
const TEXTS = ["json", "txt", "log", "csv", "md"];
const FOLDERS = ["mlflow-model", "folder"];

/** How the artifact may be shown in place; null: only as a download. HTML and SVG are never shown in place. */
export function shownAs(artifact: ArtifactRef): Shown {
  if (!isFile(artifact)) return null;
  const ending = artifact.path.slice(artifact.path.lastIndexOf(".") + 1).toLowerCase();
  if (IMAGES.includes(ending)) return "image";
  return TEXTS.includes(ending) ? "text" : null;
}

/** Whether the artifact is one file of this very step: neither a folder nor something handed on. */
export function isFile(artifact: ArtifactRef): boolean {
  return artifact.uri === null && !FOLDERS.includes(artifact.format ?? "");
}

export function isTable(artifact: ArtifactRef): boolean {
  return artifact.port !== null && artifact.rows !== null;
}

export function fileName(artifact: ArtifactRef): string {
  return artifact.path.slice(artifact.path.lastIndexOf("/") + 1);
}

/** The MLflow page of a step's run, made from the page of its parent run. */
export function stepRunUrl(parentUrl: string | null, mlflowRunId: string | null): string | null {
  if (parentUrl === null || mlflowRunId === null) return null;
  const at = parentUrl.lastIndexOf("/runs/");
  return at < 0 ? null : `${parentUrl.slice(0, at)}/runs/${encodeURIComponent(mlflowRunId)}`;
}
