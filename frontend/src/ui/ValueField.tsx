/** A value of one of the types of pipeline parameters, typed as text; true and false are chosen. */

import MenuItem from "@mui/material/MenuItem";
import TextField from "@mui/material/TextField";
import { type ParameterType, readValue } from "@/domain/parameters";

interface Props {
  label: string;
  type: ParameterType;
  text: string;
  onType: (text: string) => void;
  /** What holds while nothing is typed. */
  placeholder?: string;
  /** Whether the label is drawn; it is always read out. */
  isLabelled?: boolean;
  id?: string;
}

export function ValueField({ label, type, text, onType, placeholder, isLabelled = false, id }: Props) {
  const isEmpty = text === "" && placeholder !== undefined;
  const read = readValue(type, text);
  const fault = isEmpty || !("fault" in read) ? undefined : read.fault;
  const isChoice = type === "bool";
  return (
    <TextField
      id={id}
      value={text}
      select={isChoice}
      error={fault !== undefined}
      helperText={fault}
      {...(isLabelled ? { label } : {})}
      {...(placeholder === undefined || isChoice ? {} : { placeholder })}
      onChange={(change) => onType(change.target.value)}
      slotProps={{
        htmlInput: { "aria-label": label, spellCheck: false, autoComplete: "off" },
        select: { displayEmpty: true, SelectDisplayProps: { "aria-label": label } },
        ...(isLabelled ? { inputLabel: { shrink: true } } : {}),
      }}
    >
      {isChoice && placeholder !== undefined && (
        <MenuItem dense value="" sx={{ color: "text.secondary" }}>
          {placeholder}
        </MenuItem>
      )}
      {isChoice &&
        ["true", "false"].map((word) => (
          <MenuItem dense key={word} value={word}>
            {word}
          </MenuItem>
        ))}
    </TextField>
  );
}
