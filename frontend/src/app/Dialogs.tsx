/** The one dialog that is open. Each is loaded when it is first asked for. */

import { useCatalog } from "@/api/queries";
import { addStepOfType } from "@/commands/adding";
import { type Catalog, parameterSchemas } from "@/domain/catalog";
import { setParam } from "@/domain/edit";
import { findStep } from "@/domain/pipeline";
import { edit, useDocument } from "@/stores/document";
import { notify } from "@/stores/notices";
import { soleStep, useSelection } from "@/stores/selection";
import { closeDialog, type Dialog, useUi } from "@/stores/ui";
import { Boundary } from "@/ui/Boundary";
import {
  AddStepDialog,
  CommandPalette,
  ConfirmDialog,
  ConflictDialog,
  ConnectDialog,
  HelpDialog,
  OpenPipelineDialog,
  PipelineSettingsDialog,
  PlanDialog,
  ProjectsDialog,
  RenameDialog,
  RunHistoryDialog,
  RunWithDialog,
  SaveAsDialog,
  ServerDialog,
  TemplateGallery,
  UploadDatasetDialog,
  VersionsDialog,
} from "./slots";

export function Dialogs() {
  const dialog = useUi((state) => state.dialog);
  if (dialog === null) return null;
  return (
    <Boundary what="this dialog" key={dialog.kind}>
      <Shown dialog={dialog} />
    </Boundary>
  );
}

function Shown({ dialog }: { dialog: Dialog }) {
  const catalog = useCatalog();
  switch (dialog.kind) {
    case "open-pipeline":
      return <OpenPipelineDialog onClose={closeDialog} />;
    case "save-as":
      return <SaveAsDialog onClose={closeDialog} />;
    case "versions":
      return <VersionsDialog pipelineId={dialog.pipelineId} name={dialog.name} onClose={closeDialog} />;
    case "runs":
      return <RunHistoryDialog onClose={closeDialog} />;
    case "templates":
      return <TemplateGallery onClose={closeDialog} />;
    case "upload-dataset":
      return (
        <UploadDatasetDialog
          onClose={closeDialog}
          onUploaded={dialog.onUploaded ?? ((path) => readInPipeline(catalog, path))}
        />
      );
    case "pipeline-settings":
      return <PipelineSettingsDialog onClose={closeDialog} />;
    case "run-with":
      return <RunWithDialog onClose={closeDialog} />;
    case "plan":
      return <PlanDialog onClose={closeDialog} />;
    case "projects":
      return <ProjectsDialog onClose={closeDialog} />;
    case "commands":
      return <CommandPalette onClose={closeDialog} />;
    case "help":
      return <HelpDialog onClose={closeDialog} />;
    case "server":
      return <ServerDialog onClose={closeDialog} />;
    case "conflict":
      return <ConflictDialog onClose={closeDialog} />;
    case "add-step":
      return <AddStepDialog onClose={closeDialog} />;
    case "rename-step":
      return <RenameDialog stepId={dialog.stepId} onClose={closeDialog} />;
    case "connect":
      return <ConnectDialog stepId={dialog.stepId} output={dialog.port} onClose={closeDialog} />;
    case "confirm":
      return <ConfirmDialog {...dialog} onClose={closeDialog} />;
  }
}

/** Lets the selected step read a data set, or a new one if the selected step reads none. */
function readInPipeline(catalog: Catalog, path: string): void {
  const { document } = useDocument.getState();
  const selected = soleStep(useSelection.getState());
  const step = selected === null ? undefined : findStep(document, selected);
  const ownParam = step && dataParam(catalog, step.type);
  if (step && ownParam !== undefined) {
    edit((current) => setParam(current, step.id, ownParam, path));
    return;
  }
  const reader = [...catalog.keys()].find((typeId) => dataParam(catalog, typeId) !== undefined);
  const param = reader === undefined ? undefined : dataParam(catalog, reader);
  if (reader === undefined || param === undefined) notify("error", "There is no step here that reads a data set.");
  else addStepOfType(reader, undefined, { [param]: path });
}

/** The parameter of a step type that names a data set. */
function dataParam(catalog: Catalog, typeId: string): string | undefined {
  const stepType = catalog.get(typeId);
  if (!stepType) return undefined;
  return Object.entries(parameterSchemas(stepType)).find(([, schema]) => schema["x-widget"] === "dataset")?.[0];
}
