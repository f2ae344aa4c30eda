/** Server state as hooks. One query client; keys are listed here so that whoever changes something can invalidate it. */

import { QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Catalog, catalogOf, type StepType } from "@/domain/catalog";
import {
  addProject,
  deleteDataset,
  getHealth,
  listDatasets,
  listProjects,
  listStepTypes,
  listTemplates,
  listVersions,
  removeProject,
  uploadDataset,
} from "./calls";
import { ApiError } from "./errors";

const RETRIES = 2;
const HEALTH_INTERVAL_MS = 2000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // A refusal stays a refusal; only silence and overload are worth asking again.
      retry: (count, error) =>
        count < RETRIES && error instanceof ApiError && (error.status === 0 || error.status === 503),
    },
  },
});

export const keys = {
  stepTypes: ["step-types"] as const,
  templates: ["templates"] as const,
  pipelines: (search: string) => ["pipelines", search] as const,
  allPipelines: ["pipelines"] as const,
  versions: (pipelineId: string) => ["versions", pipelineId] as const,
  runs: (pipelineId: string | undefined) => ["runs", pipelineId ?? "all"] as const,
  preview: (runId: string, stepId: string, port: string, page: object) =>
    ["preview", runId, stepId, port, page] as const,
  datasets: ["datasets"] as const,
  projects: ["projects"] as const,
  health: ["health"] as const,
};

export const useStepTypes = () =>
  useQuery({ queryKey: keys.stepTypes, queryFn: listStepTypes, staleTime: Infinity, select: (page) => page.items });

const NO_STEP_TYPES: StepType[] = [];
let lastCatalog: { of: readonly StepType[]; catalog: Catalog } = { of: NO_STEP_TYPES, catalog: new Map() };

/** The step types by id; empty until they have arrived. The same map for the same answer. */
export function useCatalog(): Catalog {
  const { data = NO_STEP_TYPES } = useStepTypes();
  if (lastCatalog.of !== data) lastCatalog = { of: data, catalog: catalogOf(data) };
  return lastCatalog.catalog;
}

/** The catalog outside of components; asks the server if it has not arrived yet, and does without if it does not. */
export async function currentCatalog(): Promise<Catalog> {
  try {
    const page = await queryClient.query({
      queryKey: keys.stepTypes,
      queryFn: listStepTypes,
      staleTime: Infinity,
    });
    return catalogOf(page.items);
  } catch {
    return new Map();
  }
}

export const useTemplates = () =>
  useQuery({ queryKey: keys.templates, queryFn: listTemplates, staleTime: Infinity, select: (page) => page.items });

/** How the server is, asked again and again as long as somebody looks. */
export const useHealth = () =>
  useQuery({ queryKey: keys.health, queryFn: getHealth, staleTime: 0, refetchInterval: HEALTH_INTERVAL_MS });

export const useVersions = (pipelineId: string) =>
  useQuery({ queryKey: keys.versions(pipelineId), queryFn: () => listVersions(pipelineId), staleTime: 0 });

export const useDatasets = () =>
  useQuery({ queryKey: keys.datasets, queryFn: listDatasets, staleTime: 0, select: (page) => page.items });

export function useUploadDataset() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: uploadDataset,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.datasets }),
  });
}

export function useDeleteDataset() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: deleteDataset,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.datasets }),
  });
}

export const useProjects = () =>
  useQuery({ queryKey: keys.projects, queryFn: listProjects, staleTime: 0, select: (page) => page.items });

export function useAddProject() {
  const changed = useProjectsChanged();
  return useMutation({
    mutationFn: ({ path, replace }: { path: string; replace: boolean }) => addProject(path, replace),
    onSuccess: changed,
  });
}

export function useRemoveProject() {
  const changed = useProjectsChanged();
  return useMutation({ mutationFn: removeProject, onSuccess: changed });
}

/** A project brings step types with it and takes them away. */
function useProjectsChanged() {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: keys.projects }),
      client.invalidateQueries({ queryKey: keys.stepTypes }),
    ]);
  };
}
