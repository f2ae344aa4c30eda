/** Where data lies: a path or address typed by hand, one of the uploaded data sets, or a file uploaded here and now. */
import UploadIcon from "@mui/icons-material/UploadFile";
import Autocomplete from "@mui/material/Autocomplete";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import CircularProgress from "@mui/material/CircularProgress";
import TextInput from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useRef, useState } from "react";
import { isNullable } from "../schema/field";
import type { Json } from "../schema/json";
import { readLoose, writeLoose } from "../schema/written";
import { withLabels } from "./ChoiceField";
import { FaultText } from "./FaultText";
import { fieldId, useParameter, useParameters, type DatasetSource, type FieldProps } from "./parameters";
import { useDraft } from "./useDraft";

export function DatasetField({ path, schema, label, describedBy }: FieldProps) {
  const parameter = useParameter(path);
  const { datasets } = useParameters();
  const nullable = isNullable(schema);
  const read = (text: string): Json => (text === "" && nullable ? null : text.startsWith("[") ? readLoose(text) : text);
  const write = (value: Json | undefined) =>
    typeof value === "string" ? value : value === null ? "" : writeLoose(value);
  const draft = useDraft(parameter.value, write, read, parameter.type, schema.default);
  const uploaded = datasets?.uploaded ?? [];
  return (
    <Box sx={{ display: "flex", gap: 0.75, alignItems: "flex-start" }}>
      <Autocomplete
        freeSolo
        disableClearable
        fullWidth
        size="small"
        id={fieldId(path)}
        options={uploaded.map((dataset) => dataset.location)}
        inputValue={draft.text}
        value={draft.text}
        disabled={parameter.readOnly}
        onInputChange={(_event, text, reason) => {
          if (reason === "input") draft.type(text);
          if (reason === "selectOption") parameter.set(text);
        }}
        onBlur={() => {
          draft.leave();
          parameter.leave();
        }}
        filterOptions={(options, state) =>
          options.filter((option) => fits(option, uploaded, state.inputValue, draft.text))
        }
        renderOption={({ key, ...optionProps }, option) => (
          <li key={key} {...optionProps}>
            <Box sx={{ minWidth: 0 }}>
              <Typography variant="body2" noWrap>
                {uploaded.find((dataset) => dataset.location === option)?.name ?? option}
              </Typography>
              <Typography variant="caption" noWrap component="div" sx={{ color: "text.secondary" }}>
                {option}
              </Typography>
            </Box>
          </li>
        )}
        renderInput={(params) => (
          <TextInput
            {...params}
            error={parameter.fault !== undefined}
            placeholder="Path, address or uploaded data set"
            slotProps={withLabels(params.slotProps, label, describedBy)}
          />
        )}
      />
      {datasets && !parameter.readOnly && <UploadButton datasets={datasets} onUploaded={parameter.set} />}
    </Box>
  );
}

function fits(option: string, uploaded: DatasetSource["uploaded"], typed: string, chosen: string): boolean {
  if (typed === "" || uploaded.some((dataset) => dataset.location === chosen)) return true;
  const name = uploaded.find((dataset) => dataset.location === option)?.name ?? "";
  return `${name} ${option}`.toLowerCase().includes(typed.toLowerCase());
}

function UploadButton({
  datasets,
  onUploaded,
}: {
  readonly datasets: DatasetSource;
  readonly onUploaded: (location: string) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<{ busy: boolean; fault?: string }>({ busy: false });
  const upload = async (file: File) => {
    setState({ busy: true });
    try {
      onUploaded(await datasets.upload(file));
      setState({ busy: false });
    } catch (error) {
      setState({ busy: false, fault: error instanceof Error ? error.message : "The upload failed." });
    }
  };
  return (
    <Box sx={{ flexShrink: 0 }}>
      <Button
        size="small"
        variant="outlined"
        disabled={state.busy}
        startIcon={state.busy ? <CircularProgress size={14} /> : <UploadIcon />}
        onClick={() => input.current?.click()}
      >
        Upload
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="File to upload"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file) void upload(file);
        }}
      />
      <FaultText text={state.fault} />
    </Box>
  );
}
