/** A run with other values of the pipeline's parameters, by a profile or one by one, on a chosen backend, or without
 * earlier results. */
import Alert from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import FormControlLabel from "@mui/material/FormControlLabel";
import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import type { JsonObject } from "@/domain/catalog";
import { type ParameterType, readValue, startValues, writeValue } from "@/domain/parameters";
import type { PipelineDocument } from "@/domain/pipeline";
import { start } from "@/live/running";
import { useDocument } from "@/stores/document";
import { openDialog } from "@/stores/ui";
import { ValueField } from "@/ui/ValueField";
import { type BackendChoice, BackendField } from "./BackendField";

const NO_PROFILE = "";

export function RunWithDialog({ onClose }: { readonly onClose: () => void }) {
  const document = useDocument((state) => state.document);
  const [profile, setProfile] = useState(NO_PROFILE);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [force, setForce] = useState(false);
  const [backend, setBackend] = useState<BackendChoice>("automatic");
  const given = givenValues(document, texts);
  const begins = startValues(document, profile === NO_PROFILE ? null : profile);
  const names = Object.keys(document.parameters);
  const begin = () => {
    onClose();
    void start({
      ...(profile === NO_PROFILE ? {} : { profile }),
      ...(given === null || Object.keys(given).length === 0 ? {} : { parameters: given }),
      ...(force ? { force } : {}),
      ...(backend === "automatic" ? {} : { backend }),
    });
  };
  return (
    <Dialog open fullWidth maxWidth="sm" onClose={onClose} aria-labelledby="run-with-title">
      <form
        onSubmit={(submit) => {
          submit.preventDefault();
          if (given !== null) begin();
        }}
        style={{ display: "contents" }}
      >
        <DialogTitle id="run-with-title">Run with options</DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 2, alignContent: "start" }}>
          {Object.keys(document.profiles).length > 0 && (
            <ProfileField document={document} profile={profile} onChange={setProfile} />
          )}
          {names.map((name) => (
            <ParameterField
              key={name}
              name={name}
              type={document.parameters[name]?.type ?? "string"}
              description={document.parameters[name]?.description ?? ""}
              text={texts[name] ?? ""}
              begins={writeValue(begins[name] ?? null) || "needs a value"}
              onType={(text) => setTexts({ ...texts, [name]: text })}
            />
          ))}
          {names.length === 0 && <NoParameters />}
          <BackendField choice={backend} onChange={setBackend} />
          <FormControlLabel
            control={<Checkbox size="small" checked={force} onChange={(change) => setForce(change.target.checked)} />}
            label={<Typography variant="body2">Ignore earlier results: execute every step</Typography>}
          />
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" disabled={given === null}>
            Run
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface ProfileFieldProps {
  readonly document: PipelineDocument;
  readonly profile: string;
  readonly onChange: (profile: string) => void;
}

function ProfileField({ document, profile, onChange }: ProfileFieldProps) {
  return (
    <TextField
      select
      label="Profile"
      value={profile}
      onChange={(change) => onChange(change.target.value)}
      sx={{ mt: 1 }}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      <MenuItem dense value={NO_PROFILE}>
        None: the defaults
      </MenuItem>
      {Object.keys(document.profiles).map((name) => (
        <MenuItem dense key={name} value={name}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  );
}

interface ParameterFieldProps {
  readonly name: string;
  readonly type: ParameterType;
  readonly description: string;
  readonly text: string;
  /** What holds while nothing is typed. */
  readonly begins: string;
  readonly onType: (text: string) => void;
}

function ParameterField({ name, type, description, text, begins, onType }: ParameterFieldProps) {
  return (
    <Box
      sx={{
        display: "grid",
        gridTemplateColumns: "minmax(120px, 1fr) minmax(0, 1.6fr)",
        gap: 1.5,
        alignItems: "start",
      }}
    >
      <Box sx={{ pt: 0.75, minWidth: 0 }}>
        <Typography variant="body2" component="label" htmlFor={`run-with-${name}`} sx={{ fontWeight: 500 }}>
          {name}
        </Typography>
        <Typography variant="caption" component="div" sx={{ color: "text.secondary" }}>
          {[type, description].filter(Boolean).join(" · ")}
        </Typography>
      </Box>
      <ValueField id={`run-with-${name}`} label={name} type={type} text={text} placeholder={begins} onType={onType} />
    </Box>
  );
}

function NoParameters() {
  return (
    <Alert
      severity="info"
      variant="outlined"
      action={
        <Button size="small" onClick={() => openDialog({ kind: "pipeline-settings" })}>
          Add parameters
        </Button>
      }
    >
      This pipeline has no parameters.
    </Alert>
  );
}

/** The values typed; null: one of them is not what its type says. */
function givenValues(document: PipelineDocument, texts: Readonly<Record<string, string>>): JsonObject | null {
  const given: JsonObject = {};
  for (const [name, { type }] of Object.entries(document.parameters)) {
    const text = texts[name] ?? "";
    if (text === "") continue;
    const read = readValue(type, text);
    if ("fault" in read) return null;
    given[name] = read.value;
  }
  return given;
}
