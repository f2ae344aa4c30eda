/** What belongs to the pipeline as a whole: its name, its parameters and profiles, and how it runs. What is changed here
 * becomes one undo entry when it is applied. */
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { type ReactNode, useState } from "react";
import { useCatalog } from "@/api/queries";
import { hasFaults, parameterRows, profileRows, withParameters } from "@/domain/parameters";
import { turn } from "@/commands/editing";
import type { Direction, PipelineDocument } from "@/domain/pipeline";
import { edit, useDocument } from "@/stores/document";
import { generalFaults, generalOf, type General, withGeneral } from "./general";
import { ParameterTable } from "./ParameterTable";
import { ProfileList } from "./ProfileList";

export function PipelineSettingsDialog({ onClose }: { readonly onClose: () => void }) {
  const [document] = useState(() => useDocument.getState().document);
  const catalog = useCatalog();
  const [general, setGeneral] = useState(() => generalOf(document));
  const [rows, setRows] = useState(() => parameterRows(document));
  const [profiles, setProfiles] = useState(() => profileRows(document, rows));
  const faults = generalFaults(general);
  const isFaulty = Object.keys(faults).length > 0 || hasFaults(rows, profiles);
  const apply = () => {
    const change = (current: PipelineDocument) =>
      withGeneral(withParameters(current, rows, profiles, catalog), general);
    if (general.direction === document.direction) edit(change);
    else void turn(change);
    onClose();
  };
  const change = (changes: Partial<General>) => setGeneral({ ...general, ...changes });
  return (
    <Dialog open fullWidth maxWidth="md" onClose={onClose} aria-labelledby="settings-title">
      <form
        onSubmit={(submit) => {
          submit.preventDefault();
          if (!isFaulty) apply();
        }}
        style={{ display: "contents" }}
      >
        <DialogTitle id="settings-title">Pipeline settings</DialogTitle>
        <DialogContent dividers sx={{ display: "grid", gap: 3, pt: 2 }}>
          <Section title="General">
            <GeneralFields general={general} faults={faults} onChange={change} />
          </Section>
          <Section title="Parameters" text="Steps refer to them as ${params.name}; a run can give them other values.">
            <ParameterTable rows={rows} onChange={setRows} />
          </Section>
          <Section title="Profiles" text="A named set of values that replace the defaults in a run.">
            <ProfileList profiles={profiles} rows={rows} onChange={setProfiles} />
          </Section>
          <Section title="Running">
            <RunningFields general={general} faults={faults} onChange={change} />
          </Section>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" disabled={isFaulty}>
            Apply
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface SectionProps {
  readonly title: string;
  readonly text?: string;
  readonly children: ReactNode;
}

function Section({ title, text, children }: SectionProps) {
  return (
    <Box component="section" aria-label={title}>
      <Typography variant="subtitle2" component="h3" sx={{ mb: text === undefined ? 1.25 : 0 }}>
        {title}
      </Typography>
      {text !== undefined && (
        <Typography variant="body2" sx={{ color: "text.secondary", mb: 1.25 }}>
          {text}
        </Typography>
      )}
      {children}
    </Box>
  );
}

interface FieldsProps {
  readonly general: General;
  readonly faults: Partial<Record<keyof General, string>>;
  readonly onChange: (changes: Partial<General>) => void;
}

function GeneralFields({ general, faults, onChange }: FieldsProps) {
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr) 190px", gap: 1.5 }}>
      <TextField
        label="Name"
        value={general.name}
        error={faults.name !== undefined}
        helperText={faults.name}
        onChange={(change) => onChange({ name: change.target.value })}
        slotProps={{ htmlInput: { maxLength: 200, spellCheck: false } }}
      />
      <TextField
        select
        label="Direction"
        value={general.direction}
        onChange={(change) => onChange({ direction: change.target.value as Direction })}
      >
        <MenuItem dense value="TB">
          Top to bottom
        </MenuItem>
        <MenuItem dense value="LR">
          Left to right
        </MenuItem>
      </TextField>
      <TextField
        multiline
        minRows={2}
        maxRows={6}
        label="Description"
        value={general.description}
        onChange={(change) => onChange({ description: change.target.value })}
        sx={{ gridColumn: "1 / -1" }}
        slotProps={{ htmlInput: { maxLength: 20_000 } }}
      />
    </Box>
  );
}

function RunningFields({ general, faults, onChange }: FieldsProps) {
  const field = (name: "maxParallel" | "timeoutS" | "experiment", label: string, help: string) => (
    <TextField
      label={label}
      value={general[name]}
      error={faults[name] !== undefined}
      helperText={faults[name] ?? help}
      onChange={(change) => onChange({ [name]: change.target.value })}
      slotProps={{ htmlInput: { spellCheck: false, autoComplete: "off" } }}
    />
  );
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "1fr 1fr 2fr", gap: 1.5 }}>
      {field("maxParallel", "Steps at once", "Empty: as many as fit.")}
      {field("timeoutS", "Time limit, s", "Of a whole run. Empty: none.")}
      {field("experiment", "MLflow experiment", "Empty: named like the pipeline.")}
    </Box>
  );
}
