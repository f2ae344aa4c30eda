/** Ready pipelines to start from. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import ButtonBase from "@mui/material/ButtonBase";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { errorText } from "@/api/errors";
import { useCatalog, useTemplates } from "@/api/queries";
import type { Template } from "@/api/types";
import type { Catalog } from "@/domain/catalog";
import { openAsNew, openTemplate } from "@/live/opening";
import { closeDialog } from "@/stores/ui";
import { MiniGraphPicture } from "./MiniGraphPicture";

export function TemplateGallery({ onClose }: { readonly onClose: () => void }) {
  const { data, error, isPending } = useTemplates();
  const catalog = useCatalog();
  return (
    <Dialog open fullWidth maxWidth="md" onClose={onClose} aria-labelledby="templates-title">
      <DialogTitle id="templates-title">New from template</DialogTitle>
      <DialogContent>
        {error && <Alert severity="error">{errorText(error)}</Alert>}
        <Box
          component="ul"
          aria-label="Templates"
          sx={{
            listStyle: "none",
            m: 0,
            p: 0,
            display: "grid",
            gap: 2,
            gridTemplateColumns: "repeat(auto-fill, minmax(250px, 1fr))",
          }}
        >
          {isPending && [0, 1, 2].map((card) => <Skeleton key={card} component="li" variant="rounded" height={230} />)}
          {data?.map((template) => (
            <li key={template.id}>
              <Card template={template} catalog={catalog} />
            </li>
          ))}
        </Box>
      </DialogContent>
      <DialogActions>
        <Button onClick={() => void openAsNew().then(closeDialog)}>Start with an empty canvas</Button>
        <Box sx={{ flex: 1 }} />
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

function Card({ template, catalog }: { readonly template: Template; readonly catalog: Catalog }) {
  const count = template.document.steps.length;
  return (
    <ButtonBase
      onClick={() => void openTemplate(template).then(closeDialog)}
      sx={{
        width: "100%",
        height: "100%",
        display: "flex",
        flexDirection: "column",
        alignItems: "stretch",
        textAlign: "left",
        border: 1,
        borderColor: "divider",
        borderRadius: "var(--o-radius-card)",
        overflow: "hidden",
        transition: "border-color var(--o-motion), box-shadow var(--o-motion)",
        "&:hover, &:focus-visible": { borderColor: "primary.main", boxShadow: "var(--o-shadow-lifted)" },
      }}
    >
      <Box sx={{ bgcolor: "var(--o-canvas)", borderBottom: 1, borderColor: "divider", p: 1 }}>
        <MiniGraphPicture document={template.document} catalog={catalog} />
      </Box>
      <Box sx={{ p: 1.5, flex: 1, display: "flex", flexDirection: "column", gap: 0.5 }}>
        <Typography variant="subtitle2">{template.title}</Typography>
        <Typography variant="body2" sx={{ color: "text.secondary", flex: 1 }}>
          {template.description}
        </Typography>
        <Typography variant="caption" sx={{ color: "text.secondary" }}>
          {count} {count === 1 ? "step" : "steps"}
        </Typography>
      </Box>
    </ButtonBase>
  );
}
