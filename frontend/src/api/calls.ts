/** Every call of the REST API that the client makes, typed. */

import type { JsonObject, StepType } from "@/domain/catalog";
import type { BackendName, PipelineDocument, PipelineRecord } from "@/domain/pipeline";
import type { RunView, Scope } from "@/domain/run";
import type { RunStatus } from "@/domain/status";
import { type Answer, call, query } from "./http";
import type {
  Dataset,
  Examined,
  Health,
  Page,
  PipelineSummary,
  PipelineVersionSummary,
  Plan,
  PortPreview,
  Project,
  RunSummary,
  StepLog,
  Template,
} from "./types";

const bodyOf = async <Body>(answer: Promise<Answer<Body>>): Promise<Body> => (await answer).body;
const id = encodeURIComponent;

/** What a run is made of: a saved pipeline as it is saved, or a document as it is drawn. */
export type RunSource = { pipeline_id: string } | { document: PipelineDocument };

/** How it is to run; what is left out is the default: every step, the parameters' own values, earlier results reused. */
export interface RunOptions {
  scope?: { mode: Exclude<Scope["mode"], "all">; step_id?: string; of_run?: string };
  parameters?: JsonObject;
  profile?: string;
  /** Ignore earlier results. */
  force?: boolean;
  /** Of the steps whose policy names none. */
  backend?: BackendName;
}

export const getHealth = () => bodyOf(call<Health>("GET", "/health"));
export const listStepTypes = () => bodyOf(call<Page<StepType>>("GET", "/step-types"));
export const listTemplates = () => bodyOf(call<Page<Template>>("GET", "/templates"));

export const listPipelines = (search = "", cursor: string | null = null) =>
  bodyOf(call<Page<PipelineSummary>>("GET", `/pipelines${query({ query: search, cursor, limit: 50 })}`));
export const getPipeline = (pipelineId: string) => call<PipelineRecord>("GET", `/pipelines/${id(pipelineId)}`);
export const createPipeline = (document: PipelineDocument) =>
  call<PipelineRecord>("POST", "/pipelines", { body: { document } });
export const savePipeline = (pipelineId: string, document: PipelineDocument, etag: string, message = "") =>
  call<PipelineRecord>("PUT", `/pipelines/${id(pipelineId)}`, {
    body: { document, message },
    headers: { "If-Match": etag },
  });
export const deletePipeline = (pipelineId: string, etag: string) =>
  bodyOf(call<undefined>("DELETE", `/pipelines/${id(pipelineId)}`, { headers: { "If-Match": etag } }));
export const duplicatePipeline = (pipelineId: string, name: string | null = null) =>
  call<PipelineRecord>("POST", `/pipelines/${id(pipelineId)}/duplicate`, { body: { name } });
export const listVersions = (pipelineId: string) =>
  bodyOf(call<Page<PipelineVersionSummary>>("GET", `/pipelines/${id(pipelineId)}/versions`));
export const restoreVersion = (pipelineId: string, version: number) =>
  call<PipelineRecord>("POST", `/pipelines/${id(pipelineId)}/versions/${version}/restore`);

export const validateDocument = (document: PipelineDocument, signal?: AbortSignal) =>
  bodyOf(call<Examined>("POST", "/validate", { body: document, signal }));
export const planRun = (source: RunSource, signal?: AbortSignal) =>
  bodyOf(call<Plan>("POST", "/plan", { body: source, signal }));

export const startRun = (source: RunSource, options: RunOptions, idempotencyKey: string) =>
  bodyOf(
    call<RunView>("POST", "/runs", {
      body: { ...source, ...options },
      headers: { "Idempotency-Key": idempotencyKey },
    }),
  );

export const resumeRun = (runId: string) => bodyOf(call<RunView>("POST", `/runs/${id(runId)}/resume`));

export const forgetResults = (pipelineId: string, stepId: string) =>
  bodyOf(call<undefined>("DELETE", `/pipelines/${id(pipelineId)}/steps/${id(stepId)}/results`));
export const listRuns = (pipelineId?: string, cursor: string | null = null, status: RunStatus | null = null) =>
  bodyOf(call<Page<RunSummary>>("GET", `/runs${query({ pipeline_id: pipelineId, status, cursor, limit: 50 })}`));
export const getRun = (runId: string) => bodyOf(call<RunView>("GET", `/runs/${id(runId)}`));
export const cancelRun = (runId: string) => bodyOf(call<RunView>("POST", `/runs/${id(runId)}/cancel`));
/** Why a step was run, reused, skipped, repeated; oldest first. */
export const getStepStory = (runId: string, stepId: string) =>
  bodyOf(call<{ lines: string[] }>("GET", `${ofStep(runId, stepId)}/story`));

/** Which step run of a step: the latest of each that is not said. */
export interface StepRunKey {
  iteration?: number;
  attempt?: number;
}

const ofStep = (runId: string, stepId: string) => `/runs/${id(runId)}/steps/${id(stepId)}`;

export const getLog = (
  runId: string,
  stepId: string,
  options: StepRunKey & { after_line?: number; limit?: number; query?: string } = {},
) => bodyOf(call<StepLog>("GET", `${ofStep(runId, stepId)}/log${query({ ...options })}`));
export const logDownloadUrl = (runId: string, stepId: string, key: StepRunKey = {}) =>
  `/api${ofStep(runId, stepId)}/log/download${query({ ...key })}`;
export const artifactUrl = (runId: string, stepId: string, path: string, key: StepRunKey = {}) =>
  `/api${ofStep(runId, stepId)}/artifacts/${path.split("/").map(id).join("/")}${query({ ...key })}`;
export const getArtifactJson = <Body>(runId: string, stepId: string, path: string, key: StepRunKey = {}) =>
  bodyOf(call<Body>("GET", artifactUrl(runId, stepId, path, key).slice("/api".length)));
export const previewPort = (
  runId: string,
  stepId: string,
  port: string,
  options: StepRunKey & { offset?: number; limit?: number } = {},
) => bodyOf(call<PortPreview>("GET", `${ofStep(runId, stepId)}/ports/${id(port)}/preview${query({ ...options })}`));

export const listDatasets = () => bodyOf(call<Page<Dataset>>("GET", "/datasets"));
export const deleteDataset = (datasetId: string) => bodyOf(call<undefined>("DELETE", `/datasets/${id(datasetId)}`));
export function uploadDataset(file: File): Promise<Dataset> {
  const form = new FormData();
  form.set("file", file);
  return bodyOf(call<Dataset>("POST", "/datasets", { form }));
}

export const listProjects = () => bodyOf(call<Page<Project>>("GET", "/projects"));
/** `path`: a folder with an MLproject file, on the server's machine. */
export const addProject = (path: string, replace: boolean) =>
  bodyOf(call<Project>("POST", "/projects", { body: { path, replace } }));
export const removeProject = (projectId: string) => bodyOf(call<undefined>("DELETE", `/projects/${id(projectId)}`));
