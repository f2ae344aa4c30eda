/** Parts of the editor that are loaded when they are first shown, so that the first load is shell and canvas only. */

import { lazy } from "react";

export const PropertiesPanel = lazy(async () => ({
  default: (await import("@/features/properties/PropertiesPanel")).PropertiesPanel,
}));
export const LogPanel = lazy(async () => ({ default: (await import("@/features/logs/LogPanel")).LogPanel }));
export const StepsPanel = lazy(async () => ({ default: (await import("@/features/steps/StepsPanel")).StepsPanel }));
export const ResultsPanel = lazy(async () => ({
  default: (await import("@/features/results/ResultsPanel")).ResultsPanel,
}));
export const ProblemsPanel = lazy(async () => ({
  default: (await import("@/features/problems/ProblemsPanel")).ProblemsPanel,
}));
export const OpenPipelineDialog = lazy(async () => ({
  default: (await import("@/features/pipelines/OpenPipelineDialog")).OpenPipelineDialog,
}));
export const TemplateGallery = lazy(async () => ({
  default: (await import("@/features/templates/TemplateGallery")).TemplateGallery,
}));
export const UploadDatasetDialog = lazy(async () => ({
  default: (await import("@/features/datasets/UploadDatasetDialog")).UploadDatasetDialog,
}));
export const CommandPalette = lazy(async () => ({
  default: (await import("@/features/commands/CommandPalette")).CommandPalette,
}));
export const HelpDialog = lazy(async () => ({
  default: (await import("@/features/commands/HelpDialog")).HelpDialog,
}));
export const AddStepDialog = lazy(async () => ({
  default: (await import("@/features/palette/AddStepDialog")).AddStepDialog,
}));
export const ConnectDialog = lazy(async () => ({
  default: (await import("@/features/canvas/dialogs/ConnectDialog")).ConnectDialog,
}));
export const RenameDialog = lazy(async () => ({
  default: (await import("@/features/canvas/dialogs/RenameDialog")).RenameDialog,
}));
export const ConflictDialog = lazy(async () => ({
  default: (await import("@/features/toolbar/ConflictDialog")).ConflictDialog,
}));
export const ConfirmDialog = lazy(async () => ({ default: (await import("@/ui/ConfirmDialog")).ConfirmDialog }));
export const SaveAsDialog = lazy(async () => ({
  default: (await import("@/features/pipelines/SaveAsDialog")).SaveAsDialog,
}));
export const VersionsDialog = lazy(async () => ({
  default: (await import("@/features/pipelines/VersionsDialog")).VersionsDialog,
}));
export const PipelineSettingsDialog = lazy(async () => ({
  default: (await import("@/features/properties/pipeline/PipelineSettingsDialog")).PipelineSettingsDialog,
}));
export const RunWithDialog = lazy(async () => ({
  default: (await import("@/features/runs/RunWithDialog")).RunWithDialog,
}));
export const PlanDialog = lazy(async () => ({ default: (await import("@/features/plan/PlanDialog")).PlanDialog }));
export const ProjectsDialog = lazy(async () => ({
  default: (await import("@/features/palette/ProjectsDialog")).ProjectsDialog,
}));
export const ServerDialog = lazy(async () => ({
  default: (await import("@/features/server/ServerDialog")).ServerDialog,
}));
export const RunHistoryDialog = lazy(async () => ({
  default: (await import("@/features/runs/RunHistoryDialog")).RunHistoryDialog,
}));
