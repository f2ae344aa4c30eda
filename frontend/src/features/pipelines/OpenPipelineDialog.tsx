/** Saved pipelines: find, open, duplicate, delete; import from a file, export what is open. */
import ExportIcon from "@mui/icons-material/FileDownloadOutlined";
import ImportIcon from "@mui/icons-material/FileUploadOutlined";
import SearchIcon from "@mui/icons-material/Search";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogTitle from "@mui/material/DialogTitle";
import InputAdornment from "@mui/material/InputAdornment";
import OutlinedInput from "@mui/material/OutlinedInput";
import { useQueryClient } from "@tanstack/react-query";
import { type DragEvent, useDeferredValue, useRef, useState } from "react";
import { deletePipeline, duplicatePipeline, getPipeline, validateDocument } from "@/api/calls";
import { errorText } from "@/api/errors";
import { keys } from "@/api/queries";
import type { PipelineSummary } from "@/api/types";
import type { PipelineDocument } from "@/domain/pipeline";
import { openAsNew, openPipeline } from "@/live/opening";
import { useDocument } from "@/stores/document";
import { notify } from "@/stores/notices";
import { closeDialog, openDialog } from "@/stores/ui";
import { pipelineFileName, readPipelineFile, withDefaults } from "./importing";
import { PipelineList } from "./PipelineList";

export function OpenPipelineDialog({ onClose }: { readonly onClose: () => void }) {
  const [search, setSearch] = useState("");
  const query = useDeferredValue(search);
  const [fault, setFault] = useState<string | null>(null);
  const [isOver, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const actions = usePipelineActions(setFault);
  const importFile = (file: File | undefined) =>
    file && void importPipeline(file).catch((error: unknown) => setFault(errorText(error)));

  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    importFile(event.dataTransfer.files[0]);
  };
  return (
    <Dialog
      open
      fullWidth
      maxWidth="sm"
      onClose={onClose}
      aria-labelledby="open-pipeline-title"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      slotProps={{
        paper: {
          sx: {
            height: "min(640px, 84vh)",
            ...(isOver ? { outline: "2px dashed", outlineColor: "primary.main", outlineOffset: -6 } : {}),
          },
        },
      }}
    >
      <DialogTitle id="open-pipeline-title">Open a pipeline</DialogTitle>
      <Box sx={{ px: 2.5, pb: 1 }}>
        <OutlinedInput
          autoFocus
          fullWidth
          size="small"
          value={search}
          placeholder="Search by name"
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            const buttons = list.current?.querySelectorAll<HTMLElement>("[data-pipeline]");
            if (event.key === "ArrowDown") buttons?.[0]?.focus();
            if (event.key === "Enter") buttons?.[0]?.click();
          }}
          startAdornment={
            <InputAdornment position="start">
              <SearchIcon fontSize="small" />
            </InputAdornment>
          }
          slotProps={{ input: { "aria-label": "Search pipelines" } }}
        />
        {fault !== null && (
          <Alert severity="error" onClose={() => setFault(null)} sx={{ mt: 1 }}>
            {fault}
          </Alert>
        )}
      </Box>
      <Box sx={{ flex: 1, minHeight: 0, overflowY: "auto", borderTop: 1, borderBottom: 1, borderColor: "divider" }}>
        <PipelineList listRef={list} search={query} {...actions} />
      </Box>
      <DialogActions>
        <Button startIcon={<ImportIcon />} onClick={() => files.current?.click()}>
          Import from file…
        </Button>
        <Button startIcon={<ExportIcon />} onClick={() => exportPipeline(useDocument.getState().document)}>
          Export this pipeline
        </Button>
        <Box sx={{ flex: 1 }} />
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
      <input
        ref={files}
        type="file"
        hidden
        accept=".json,application/json"
        aria-label="Pipeline file"
        onChange={(event) => {
          importFile(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </Dialog>
  );
}

function usePipelineActions(onFault: (text: string) => void) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: keys.allPipelines });
  const attempt = async (act: () => Promise<unknown>) => {
    try {
      await act();
      await refresh();
    } catch (error) {
      onFault(errorText(error));
    }
  };
  return {
    onOpen: (pipeline: PipelineSummary) =>
      void openPipeline(pipeline.id).then(closeDialog, (error: unknown) => {
        notify("error", `“${pipeline.name}” cannot be opened. ${errorText(error)}`);
        void refresh();
      }),
    onVersions: (pipeline: PipelineSummary) =>
      openDialog({ kind: "versions", pipelineId: pipeline.id, name: pipeline.name }),
    onDuplicate: (pipeline: PipelineSummary) => attempt(() => duplicatePipeline(pipeline.id)),
    onDelete: (pipeline: PipelineSummary) =>
      attempt(async () => {
        const { etag } = await getPipeline(pipeline.id);
        await deletePipeline(pipeline.id, etag ?? "");
        const { saved } = useDocument.getState();
        if (saved?.pipelineId === pipeline.id) useDocument.setState({ saved: null, base: null });
      }),
  };
}

async function importPipeline(file: File): Promise<void> {
  const value = readPipelineFile(await file.text());
  await validateDocument(value as unknown as PipelineDocument); // refuses what is not shaped like a pipeline
  void openAsNew(withDefaults(value)).then(() => {
    closeDialog();
    notify("success", `“${String(value.name)}” imported. Save it to keep it.`);
  });
}

export function exportPipeline(document: PipelineDocument): void {
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(document, null, 2)}\n`], { type: "application/json" }));
  const link = window.document.createElement("a");
  link.href = url;
  link.download = pipelineFileName(document.name);
  link.click();
  URL.revokeObjectURL(url);
}
