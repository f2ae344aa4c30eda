/** Everything about the one selected step or edge. Nothing is drawn while none or several are selected. */
import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { lazy, Suspense, useEffect } from "react";
import { useDatasets, useUploadDataset } from "@/api/queries";
import { remove, setEnabled, setLabel, setParams } from "@/domain/edit";
import { stepTypeOf } from "@/domain/ownPorts";
import { findEdge, findStep, type PipelineDocument, type Step } from "@/domain/pipeline";
import { canvasView } from "@/stores/canvasView";
import { edit, useDocument } from "@/stores/document";
import { useStepProblems } from "@/stores/problems";
import { deselect, select, soleEdge, soleStep, useSelection } from "@/stores/selection";
import { useStepCatalog } from "@/stores/stepCatalog";
import { clearFocusedParam, openDialog, useUi } from "@/stores/ui";
import { EdgeProperties } from "./EdgeProperties";
import type { DatasetSource } from "./form/parameters";
import { Ports } from "./Ports";
import { stepProblems } from "./schema/problems";
import { StepDoc } from "./StepDoc";
import { StepHeader } from "./StepHeader";
import { StepProblems } from "./StepProblems";
import { StepTabs } from "./StepTabs";
import { changedCount } from "./policy";
import { useReferences } from "./useReferences";
import { useUpstreamColumns } from "./useUpstreamColumns";

const ParameterForm = lazy(() => import("./form/ParameterForm"));
const PolicyTab = lazy(() => import("./PolicyTab"));

export function PropertiesPanel() {
  const stepId = useSelection(soleStep);
  const document = useDocument((state) => state.document);
  const edgeId = useSelection(soleEdge);
  const edge = edgeId === null ? undefined : findEdge(document, edgeId);
  if (edge) return <EdgeProperties key={edge.id} document={document} edge={edge} />;
  const step = stepId === null ? undefined : findStep(document, stepId);
  if (!step) return null;
  return <StepProperties key={step.id} document={document} step={step} />;
}

function StepProperties({ document, step }: { readonly document: PipelineDocument; readonly step: Step }) {
  const catalog = useStepCatalog();
  const stepType = stepTypeOf(catalog, step);
  const problems = useStepProblems(step.id);
  const columns = useUpstreamColumns(document, step.id);
  const datasets = useDatasetSource();
  const references = useReferences(document, step.id);
  useFocusedParameter(step.id);

  return (
    <Box sx={{ height: "100%", display: "flex", flexDirection: "column", bgcolor: "background.paper", minWidth: 0 }}>
      <StepHeader
        step={step}
        stepType={stepType}
        onRename={(label) => edit((current) => setLabel(current, step.id, label))}
        onEnable={(enabled) => edit((current) => setEnabled(current, [step.id], enabled))}
        onDelete={() => {
          deselect();
          edit((current) => remove(current, [step.id], []));
        }}
      />
      <StepTabs changed={changedCount(step.policy)}>
        {(tab) => (
          <>
            <StepProblems problems={stepProblems(problems, step.id)} />
            {tab === "policy" ? (
              <Suspense fallback={<FormSkeleton />}>
                <PolicyTab step={step} problems={problems} />
              </Suspense>
            ) : (
              <>
                {stepType && <StepDoc doc={stepType.doc} />}
                {stepType ? (
                  <Suspense fallback={<FormSkeleton />}>
                    <ParameterForm
                      stepId={step.id}
                      paramsSchema={stepType.params_schema}
                      params={step.params}
                      problems={problems}
                      readOnly={false}
                      datasets={datasets}
                      columns={columns}
                      references={references}
                      onChange={(params, gesture) => edit((current) => setParams(current, step.id, params), gesture)}
                    />
                  </Suspense>
                ) : (
                  catalog.size > 0 && <UnknownType type={step.type} />
                )}
                <Box sx={{ borderTop: 1, borderColor: "divider", pt: 1.5 }}>
                  <Ports
                    document={document}
                    catalog={catalog}
                    step={step}
                    onConnect={(port) => openDialog({ kind: "connect", stepId: step.id, port })}
                    onDisconnect={(edgeId) => edit((current) => remove(current, [], [edgeId]))}
                    onVisit={(other) => {
                      const canvas = canvasView();
                      if (canvas) canvas.reveal(other);
                      else select([other]);
                    }}
                  />
                </Box>
              </>
            )}
          </>
        )}
      </StepTabs>
    </Box>
  );
}

function useDatasetSource(): DatasetSource {
  const { data } = useDatasets();
  const upload = useUploadDataset();
  return { uploaded: data ?? [], upload: async (file) => (await upload.mutateAsync(file)).location };
}

/** A clicked problem asks for its field; the form may still be on its way. */
function useFocusedParameter(stepId: string) {
  const wanted = useUi((state) => state.focusedParam);
  useEffect(() => {
    if (wanted?.stepId !== stepId) return;
    return whenPresent(`[data-parameter="${CSS.escape(wanted.name)}"]`, (field) => {
      field.scrollIntoView({ block: "center" });
      field.querySelector<HTMLElement>("input:not([hidden]), textarea, [role=combobox], .cm-content, button")?.focus();
      clearFocusedParam();
    });
  }, [wanted, stepId]);
}

function whenPresent(selector: string, act: (element: HTMLElement) => void): () => void {
  const look = () => {
    const element = document.querySelector<HTMLElement>(selector);
    if (element) act(element);
    return element !== null;
  };
  if (look()) return () => undefined;
  const observer = new MutationObserver(() => {
    if (look()) observer.disconnect();
  });
  observer.observe(document.body, { childList: true, subtree: true });
  return () => observer.disconnect();
}

function FormSkeleton() {
  return (
    <Box aria-label="Loading the form" aria-busy sx={{ display: "grid", gap: 1.5 }}>
      {[0, 1, 2].map((row) => (
        <Skeleton key={row} variant="rounded" height={52} />
      ))}
    </Box>
  );
}

function UnknownType({ type }: { readonly type: string }) {
  return (
    <Typography variant="body2" sx={{ color: "text.secondary" }}>
      This octopus has no step type <code>{type}</code>. The step keeps its parameters; install what provides the type,
      or delete the step.
    </Typography>
  );
}
