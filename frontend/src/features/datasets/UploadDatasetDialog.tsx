/** Uploaded data sets: send files, see what is there, delete, and put one into a step. */
import UploadIcon from "@mui/icons-material/CloudUploadOutlined";
import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import IconButton from "@mui/material/IconButton";
import LinearProgress from "@mui/material/LinearProgress";
import Skeleton from "@mui/material/Skeleton";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { type DragEvent, useRef, useState } from "react";
import { errorText } from "@/api/errors";
import { keys, useDatasets, useDeleteDataset } from "@/api/queries";
import type { Dataset } from "@/api/types";
import { sizeText } from "@/domain/text";
import { fullTime, relativeTime } from "@/domain/when";
import { EmptyState } from "@/ui/EmptyState";
import { sendDataset } from "./sending";

interface Sending {
  readonly key: number;
  readonly name: string;
  readonly fraction: number;
  readonly fault: string | null;
}

interface UploadDatasetDialogProps {
  readonly onClose: () => void;
  /** Puts a data set, by its location, to use in the pipeline. */
  readonly onUploaded: (location: string) => void;
}

export function UploadDatasetDialog({ onClose, onUploaded }: UploadDatasetDialogProps) {
  const { sending, send, dismiss } = useSending();
  const [isOver, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const sendAll = (list: FileList | null) => [...(list ?? [])].forEach(send);
  const drop = {
    onDragOver: (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      sendAll(event.dataTransfer.files);
    },
  };
  return (
    <Dialog open fullWidth maxWidth="sm" onClose={onClose} aria-labelledby="datasets-title">
      <DialogTitle id="datasets-title">Data sets</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 1.5 }}>
        <Box
          {...drop}
          sx={{
            border: "1.5px dashed",
            borderColor: isOver ? "primary.main" : "var(--o-hairline-strong)",
            bgcolor: isOver ? "var(--o-accent-soft)" : "var(--o-sunken)",
            borderRadius: "var(--o-radius-card)",
            p: 2.5,
            display: "grid",
            justifyItems: "center",
            gap: 0.75,
            transition: "background-color var(--o-motion)",
          }}
        >
          <UploadIcon sx={{ fontSize: 30, color: "text.secondary" }} />
          <Typography variant="body2">Drop files here, or</Typography>
          <Button variant="outlined" onClick={() => files.current?.click()}>
            Choose files…
          </Button>
          <Typography variant="caption" sx={{ color: "text.secondary" }}>
            CSV, Parquet, JSON, Arrow or Excel
          </Typography>
          <input
            ref={files}
            type="file"
            multiple
            hidden
            aria-label="Files to upload"
            onChange={(event) => {
              sendAll(event.target.files);
              event.target.value = "";
            }}
          />
        </Box>
        {sending.map((one) => (
          <SendingLine key={one.key} sending={one} onDismiss={() => dismiss(one.key)} />
        ))}
        <Uploaded
          onUse={(dataset) => {
            onUploaded(dataset.location);
            onClose();
          }}
        />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

function useSending() {
  const [sending, setSending] = useState<readonly Sending[]>([]);
  const client = useQueryClient();
  const count = useRef(0);
  const change = (key: number, next: Partial<Sending>) =>
    setSending((all) => all.map((one) => (one.key === key ? { ...one, ...next } : one)));
  const dismiss = (key: number) => setSending((all) => all.filter((one) => one.key !== key));
  const send = (file: File) => {
    const key = (count.current += 1);
    setSending((all) => [...all, { key, name: file.name, fraction: 0, fault: null }]);
    sendDataset(file, (fraction) => change(key, { fraction })).then(
      () => {
        dismiss(key);
        void client.invalidateQueries({ queryKey: keys.datasets });
      },
      (error: unknown) => change(key, { fault: errorText(error) }),
    );
  };
  return { sending, send, dismiss };
}

function SendingLine({ sending, onDismiss }: { readonly sending: Sending; readonly onDismiss: () => void }) {
  if (sending.fault !== null) {
    return (
      <Alert severity="error" onClose={onDismiss}>
        {sending.name}: {sending.fault}
      </Alert>
    );
  }
  const percent = Math.round(sending.fraction * 100);
  return (
    <Box>
      <Typography variant="caption" noWrap component="div">
        {sending.name} · {percent < 100 ? `${percent} %` : "checking…"}
      </Typography>
      <LinearProgress variant="determinate" value={percent} aria-label={`Upload of ${sending.name}`} />
    </Box>
  );
}

function Uploaded({ onUse }: { readonly onUse: (dataset: Dataset) => void }) {
  const { data, error, isPending } = useDatasets();
  const remove = useDeleteDataset();
  const [now] = useState(() => Date.now());
  const [deleting, setDeleting] = useState<string | null>(null);
  if (error) return <Alert severity="error">{errorText(error)}</Alert>;
  if (isPending) return <Skeleton variant="rounded" height={80} aria-label="Loading data sets" />;
  if (data.length === 0)
    return (
      <EmptyState
        title="No data sets yet"
        text="Files you upload are kept on this server and can be read by any pipeline."
      />
    );
  return (
    <Box
      component="ul"
      aria-label="Uploaded data sets"
      sx={{ listStyle: "none", m: 0, p: 0, maxHeight: 280, overflowY: "auto" }}
    >
      {remove.error && <Alert severity="error">{errorText(remove.error)}</Alert>}
      {data.map((dataset) => (
        <Box
          component="li"
          key={dataset.id}
          sx={{
            display: "flex",
            alignItems: "center",
            gap: 1,
            px: 1,
            py: 0.5,
            borderRadius: 1,
            minHeight: 46,
            "&:hover": { bgcolor: "action.hover" },
          }}
        >
          <Box sx={{ flex: 1, minWidth: 0 }}>
            <Typography variant="body2" noWrap sx={{ fontWeight: 500 }}>
              {dataset.name}
            </Typography>
            <Typography
              variant="caption"
              noWrap
              component="div"
              sx={{ color: "text.secondary" }}
              title={fullTime(dataset.uploaded_at)}
            >
              {dataset.format} · {sizeText(dataset.size_bytes)} · {relativeTime(dataset.uploaded_at, now)}
            </Typography>
          </Box>
          {deleting === dataset.id ? (
            <>
              <Button autoFocus onClick={() => setDeleting(null)}>
                Keep
              </Button>
              <Button
                color="error"
                variant="contained"
                aria-label={`Delete ${dataset.name} now`}
                onClick={() => {
                  setDeleting(null);
                  remove.mutate(dataset.id);
                }}
              >
                Delete
              </Button>
            </>
          ) : (
            <>
              <Tooltip title="Read it in the selected step, or in a new one">
                <Button onClick={() => onUse(dataset)} aria-label={`Use in pipeline: ${dataset.name}`}>
                  Use in pipeline
                </Button>
              </Tooltip>
              <Tooltip title="Delete">
                <IconButton size="small" aria-label={`Delete ${dataset.name}`} onClick={() => setDeleting(dataset.id)}>
                  <DeleteIcon sx={{ fontSize: 18 }} />
                </IconButton>
              </Tooltip>
            </>
          )}
        </Box>
      ))}
    </Box>
  );
}
