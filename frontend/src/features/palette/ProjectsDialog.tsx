/** Folders with an MLproject file whose entry points stand in the palette: add one, list them, remove them. */
import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import IconButton from "@mui/material/IconButton";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { ApiError, errorText, wholeErrorText } from "@/api/errors";
import { useAddProject, useProjects, useRemoveProject } from "@/api/queries";
import type { Project } from "@/api/types";
import { planAnew } from "@/live/planning";
import { notify } from "@/stores/notices";

export function ProjectsDialog({ onClose }: { onClose: () => void }) {
  const { data: projects = [], error } = useProjects();
  return (
    <Dialog open fullWidth maxWidth="sm" onClose={onClose} aria-labelledby="projects-title">
      <DialogTitle id="projects-title">Projects</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2, alignContent: "start" }}>
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          Every entry point of a folder with an <code>MLproject</code> file becomes a step in the palette, in whatever
          language it is written.
        </Typography>
        <AddForm />
        {error !== null && <Alert severity="error">{errorText(error)}</Alert>}
        <ProjectList projects={projects} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

function AddForm() {
  const [path, setPath] = useState("");
  const { mutate, isPending, error, reset } = useAddProject();
  const isTaken = error instanceof ApiError && error.status === 409;
  const add = (replace: boolean) =>
    mutate(
      { path: path.trim(), replace },
      {
        onSuccess: (project) => {
          notify("success", `${project.name} is in the palette: ${countText(project)}.`);
          setPath("");
          planAnew();
        },
      },
    );
  return (
    <form
      onSubmit={(submit) => {
        submit.preventDefault();
        if (path.trim() !== "") add(false);
      }}
    >
      <Box sx={{ display: "flex", gap: 1, alignItems: "start" }}>
        <TextField
          autoFocus
          label="Folder"
          placeholder="/home/me/my-project"
          value={path}
          error={error !== null}
          helperText={error === null ? "On the machine octopus runs on." : wholeErrorText(error)}
          onChange={(change) => {
            setPath(change.target.value);
            reset();
          }}
          slotProps={{ htmlInput: { spellCheck: false, autoComplete: "off" }, inputLabel: { shrink: true } }}
        />
        <Button type="submit" variant="contained" disabled={isPending || path.trim() === ""} sx={{ mt: 0.5 }}>
          Add
        </Button>
      </Box>
      {isTaken && (
        <Button variant="outlined" onClick={() => add(true)} disabled={isPending} sx={{ mt: 1 }}>
          Replace the project of this name
        </Button>
      )}
    </form>
  );
}

function ProjectList({ projects }: { projects: readonly Project[] }) {
  const { mutate, isPending } = useRemoveProject();
  if (projects.length === 0) return null;
  const remove = (project: Project) =>
    mutate(project.id, {
      onSuccess: () => {
        notify("info", `${project.name} is not in the palette any more. Its folder stays as it is.`);
        planAnew();
      },
      onError: (error) => notify("error", `Not removed. ${errorText(error)}`),
    });
  return (
    <Box component="ul" aria-label="Projects" sx={{ listStyle: "none", m: 0, p: 0 }}>
      {projects.map((project) => (
        <Box
          component="li"
          key={project.id}
          sx={{ display: "flex", alignItems: "center", gap: 1, py: 0.75, borderTop: 1, borderColor: "divider" }}
        >
          <Box sx={{ flex: 1, minWidth: 0 }}>
            <Typography variant="body2" sx={{ fontWeight: 500 }} noWrap>
              {project.name}
            </Typography>
            <Typography variant="caption" component="div" sx={{ color: "text.secondary" }} noWrap>
              {project.step_types.map((stepType) => stepType.id).join(", ")}
            </Typography>
            {project.unavailable !== null && (
              <Typography variant="caption" component="div" color="error">
                {project.unavailable}
              </Typography>
            )}
          </Box>
          <IconButton aria-label={`Remove ${project.name}`} disabled={isPending} onClick={() => remove(project)}>
            <DeleteIcon fontSize="small" />
          </IconButton>
        </Box>
      ))}
    </Box>
  );
}

function countText({ step_types }: Project): string {
  return step_types.length === 1 ? "1 step" : `${step_types.length} steps`;
}
