/** Proves to the compiler that the client's types are the server's: what the server sends fits the types in domain/ and
 * types.ts. schema.d.ts is generated from the server's OpenAPI (`npm run generate`); a change there that the client does
 * not know of fails `npm run types`. There is nothing here at run time. */

import type { OwnPorts, StepType } from "@/domain/catalog";
import type { ArtifactRef, Event, LogBatch } from "@/domain/event";
import type { PipelineDocument, PipelineRecord } from "@/domain/pipeline";
import type { Problem } from "@/domain/problem";
import type { RunView, StepRunView } from "@/domain/run";
import type { ProblemDetails } from "./errors";
import type { components } from "./schema";
import type {
  Dataset,
  Health,
  PipelineSummary,
  PipelineVersionSummary,
  Plan,
  Project,
  RunSummary,
  StepLog,
  Template,
} from "./types";

type Schemas = components["schemas"];
type Fits<Sent extends Wanted, Wanted> = Sent;

export type Contract = [
  Fits<Schemas["StepType"], Omit<StepType, "params_schema">>,
  Fits<Schemas["PipelineDocument"], Omit<PipelineDocument, "profiles" | "parameters" | "steps">>,
  Fits<Schemas["PipelineRecord"], Omit<PipelineRecord, "document">>,
  Fits<Schemas["PipelineList"]["items"][number], Omit<PipelineSummary, "document">>,
  Fits<Schemas["PipelineVersion"], PipelineVersionSummary>,
  Fits<Schemas["Template"], Omit<Template, "document">>,
  Fits<Schemas["Problem"], Problem>,
  Fits<Omit<Schemas["StepPorts"], "arguments">, Omit<OwnPorts, "arguments">>,
  Fits<Schemas["ProblemDetails"], ProblemDetails>,
  Fits<Schemas["RunView"], Omit<RunView, "document" | "parameters">>,
  Fits<Schemas["StepRunView"], StepRunView>,
  Fits<Schemas["RunSummary"], RunSummary>,
  Fits<Schemas["ArtifactRef"], ArtifactRef>,
  Fits<Schemas["LogBatch"], LogBatch>,
  Fits<Schemas["StepLog"], StepLog>,
  Fits<Schemas["Dataset"], Dataset>,
  Fits<Schemas["PlanView"], Plan>,
  Fits<Schemas["Project"], Omit<Project, "step_types">>,
  Fits<Schemas["Health"], Health>,
  Fits<Schemas["StepStory"], { lines: string[] }>,
  Fits<ServerEvent["kind"], Event["kind"]>,
  Fits<Event["kind"], ServerEvent["kind"]>,
];

type ServerEvent = Schemas["EventList"]["items"][number];
