/** Every saved version of a pipeline; an older one can be made the newest again. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { restoreVersion } from "@/api/calls";
import { errorText } from "@/api/errors";
import { keys, useVersions } from "@/api/queries";
import type { PipelineVersionSummary } from "@/api/types";
import { fullTime, relativeTime } from "@/domain/when";
import { openPipeline } from "@/live/opening";
import { notify } from "@/stores/notices";
import { closeDialog } from "@/stores/ui";

interface VersionsDialogProps {
  readonly pipelineId: string;
  readonly name: string;
  readonly onClose: () => void;
}

export function VersionsDialog({ pipelineId, name, onClose }: VersionsDialogProps) {
  const { data, error, isPending } = useVersions(pipelineId);
  const client = useQueryClient();
  const [now] = useState(() => Date.now());
  const newest = data?.items[0]?.version;

  const restore = (version: number) =>
    void restoreAndOpen(pipelineId, version).finally(() => {
      void client.invalidateQueries({ queryKey: keys.versions(pipelineId) });
      void client.invalidateQueries({ queryKey: keys.allPipelines });
    });
  return (
    <Dialog open fullWidth maxWidth="sm" onClose={onClose} aria-labelledby="versions-title">
      <DialogTitle id="versions-title">Versions of “{name}”</DialogTitle>
      <DialogContent dividers sx={{ p: 1 }}>
        {error && <Alert severity="error">{errorText(error)}</Alert>}
        {isPending && <Skeleton variant="rounded" height={160} aria-label="Loading versions" />}
        <Box component="ol" aria-label="Versions" sx={{ listStyle: "none", m: 0, p: 0 }}>
          {data?.items.map((version) => (
            <Line
              key={version.version}
              version={version}
              now={now}
              onRestore={version.version === newest ? null : () => restore(version.version)}
            />
          ))}
        </Box>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

async function restoreAndOpen(pipelineId: string, version: number): Promise<void> {
  try {
    await restoreVersion(pipelineId, version);
    await openPipeline(pipelineId);
    closeDialog();
    notify("success", `Version ${version} is the newest again. The one before it stays in the history.`);
  } catch (error) {
    notify("error", `Not restored. ${errorText(error)}`);
  }
}

interface LineProps {
  readonly version: PipelineVersionSummary;
  readonly now: number;
  readonly onRestore: (() => void) | null;
}

function Line({ version, now, onRestore }: LineProps) {
  return (
    <Box
      component="li"
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 1.5,
        px: 1.25,
        py: 0.75,
        borderRadius: 1,
        "&:hover": { bgcolor: "action.hover" },
      }}
    >
      <Typography variant="body2" sx={{ color: "text.secondary", minWidth: 34, textAlign: "right" }}>
        {version.version}
      </Typography>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography variant="body2" noWrap sx={{ fontWeight: version.message === "" ? 400 : 500 }}>
          {version.message === "" ? version.name : version.message}
        </Typography>
        <Typography variant="caption" sx={{ color: "text.secondary" }} title={fullTime(version.saved_at)}>
          {relativeTime(version.saved_at, now)} · {version.step_count} {version.step_count === 1 ? "step" : "steps"}
        </Typography>
      </Box>
      {onRestore === null ? (
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          newest
        </Typography>
      ) : (
        <Button onClick={onRestore} aria-label={`Restore version ${version.version}`}>
          Restore
        </Button>
      )}
    </Box>
  );
}
