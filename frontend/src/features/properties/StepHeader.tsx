/** Which step this is: its icon, its label (changed where it stands), type and id; on/off, delete. */
import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import InputBase from "@mui/material/InputBase";
import Switch from "@mui/material/Switch";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { useRef, useState } from "react";
import type { StepType } from "@/domain/catalog";
import type { Step } from "@/domain/pipeline";
import { stepName } from "@/domain/text";
import { Tile } from "@/ui/Tile";

const NAME_LIMIT = 200; // the server's limit for a label

interface StepHeaderProps {
  readonly step: Step;
  readonly stepType: StepType | undefined;
  readonly onRename: (label: string | null) => void;
  readonly onEnable: (enabled: boolean) => void;
  readonly onDelete: () => void;
}

export function StepHeader({ step, stepType, onRename, onEnable, onDelete }: StepHeaderProps) {
  return (
    <Box component="header" sx={{ px: 1.5, py: 1.25, borderBottom: 1, borderColor: "divider" }}>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1 }}>
        <Tile icon={stepType?.icon ?? ""} colour={stepType?.colour ?? "generic"} />
        <Box sx={{ minWidth: 0, flex: 1 }}>
          <Title name={stepName(step, stepType)} onRename={onRename} />
          <Typography variant="caption" noWrap component="div" sx={{ color: "text.secondary" }}>
            {stepType?.title ?? step.type} ·{" "}
            <code style={{ fontFamily: "var(--o-mono)", fontSize: 11 }}>{step.id}</code>
          </Typography>
        </Box>
        <Tooltip title={step.enabled ? "Enabled: runs with the pipeline" : "Disabled: is skipped"}>
          <Switch
            size="small"
            checked={step.enabled}
            onChange={(event) => onEnable(event.target.checked)}
            slotProps={{ input: { role: "switch", "aria-label": "Enabled" } }}
          />
        </Tooltip>
        <Tooltip title="Delete step">
          <IconButton aria-label="Delete step" onClick={onDelete}>
            <DeleteIcon sx={{ fontSize: 19 }} />
          </IconButton>
        </Tooltip>
      </Box>
    </Box>
  );
}

function Title({ name, onRename }: { readonly name: string; readonly onRename: (label: string | null) => void }) {
  const [draft, setDraft] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const cancelled = useRef(false);

  const finish = () => {
    if (draft !== null && !cancelled.current && draft.trim() !== name)
      onRename(draft.trim() === "" ? null : draft.trim());
    cancelled.current = false;
    setDraft(null);
  };
  return (
    <InputBase
      inputRef={input}
      fullWidth
      value={draft ?? name}
      onFocus={(event) => {
        setDraft(name);
        event.target.select();
      }}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === "Escape") cancelled.current = true;
        if (event.key === "Enter" || event.key === "Escape") input.current?.blur();
        if (event.key === "Enter" || event.key === "Escape") event.stopPropagation();
      }}
      slotProps={{ input: { "aria-label": "Step label", maxLength: NAME_LIMIT, spellCheck: false } }}
      sx={{
        fontWeight: 600,
        fontSize: 14,
        borderRadius: 0.75,
        mx: -0.5,
        px: 0.5,
        "& input": { p: 0, textOverflow: "ellipsis" },
        "&:hover": { bgcolor: "action.hover" },
        "&.Mui-focused": { bgcolor: "action.hover", outline: "2px solid", outlineColor: "primary.main" },
      }}
    />
  );
}
