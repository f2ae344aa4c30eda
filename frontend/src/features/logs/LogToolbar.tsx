/** Which lines, where to look, and what to do with them. */
import ClearIcon from "@mui/icons-material/Close";
import CopyIcon from "@mui/icons-material/ContentCopy";
import DownloadIcon from "@mui/icons-material/Download";
import NextIcon from "@mui/icons-material/KeyboardArrowDown";
import PreviousIcon from "@mui/icons-material/KeyboardArrowUp";
import TimeIcon from "@mui/icons-material/Schedule";
import SearchIcon from "@mui/icons-material/Search";
import WrapIcon from "@mui/icons-material/WrapText";
import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import InputAdornment from "@mui/material/InputAdornment";
import MenuItem from "@mui/material/MenuItem";
import OutlinedInput from "@mui/material/OutlinedInput";
import Select from "@mui/material/Select";
import ToggleButton from "@mui/material/ToggleButton";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";

export interface LogToolbarProps {
  readonly steps: readonly { readonly id: string; readonly name: string }[];
  /** null: all steps. */
  readonly stepId: string | null;
  readonly onStep: (stepId: string | null) => void;
  /** Which iteration and attempt of the step. */
  readonly picker: React.ReactNode;
  readonly summary: string;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly hitCount: number;
  /** 1-based; null: at none. */
  readonly hitNumber: number | null;
  readonly onHit: (direction: 1 | -1) => void;
  readonly showsTime: boolean;
  readonly onTime: () => void;
  readonly wraps: boolean;
  readonly onWrap: () => void;
  readonly onCopy: () => void;
  readonly onDownload: () => void;
  readonly isEmpty: boolean;
}

const ALL = "";

export function LogToolbar(props: LogToolbarProps) {
  return (
    <Box
      role="toolbar"
      aria-label="Log"
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 0.75,
        px: 1,
        minHeight: 40,
        borderBottom: 1,
        borderColor: "divider",
        minWidth: 0,
      }}
    >
      <StepFilter {...props} />
      {props.picker}
      <Typography variant="caption" noWrap sx={{ color: "text.secondary", flex: 1, minWidth: 0 }} role="status">
        {props.summary}
      </Typography>
      <Search {...props} />
      <Toggle
        label="Timestamps"
        isOn={props.showsTime}
        onClick={props.onTime}
        icon={<TimeIcon sx={{ fontSize: 17 }} />}
      />
      <Toggle label="Wrap lines" isOn={props.wraps} onClick={props.onWrap} icon={<WrapIcon sx={{ fontSize: 17 }} />} />
      <Action
        label="Copy"
        onClick={props.onCopy}
        isDisabled={props.isEmpty}
        icon={<CopyIcon sx={{ fontSize: 17 }} />}
      />
      <Action
        label="Download"
        onClick={props.onDownload}
        isDisabled={props.isEmpty}
        icon={<DownloadIcon sx={{ fontSize: 18 }} />}
      />
    </Box>
  );
}

function StepFilter({ steps, stepId, onStep }: LogToolbarProps) {
  const isThere = steps.some((step) => step.id === stepId);
  return (
    <Box sx={{ display: "flex", alignItems: "center", flexShrink: 0 }}>
      <Select
        size="small"
        displayEmpty
        value={isThere ? stepId : ALL}
        onChange={(event) => onStep(event.target.value === ALL ? null : event.target.value)}
        SelectDisplayProps={{ "aria-label": "Step whose log is shown" }}
        sx={{ maxWidth: 220, "& .MuiSelect-select": { py: 0.5, fontSize: 12.5 } }}
      >
        <MenuItem dense value={ALL}>
          All steps
        </MenuItem>
        {steps.map((step) => (
          <MenuItem dense key={step.id} value={step.id}>
            {step.name}
          </MenuItem>
        ))}
      </Select>
      {isThere && (
        <Action label="Show all steps" onClick={() => onStep(null)} icon={<ClearIcon sx={{ fontSize: 16 }} />} />
      )}
    </Box>
  );
}

function Search({ query, onQuery, hitCount, hitNumber, onHit }: LogToolbarProps) {
  const count = hitNumber === null ? `${hitCount}` : `${hitNumber} / ${hitCount}`;
  return (
    <OutlinedInput
      size="small"
      value={query}
      placeholder="Search"
      onChange={(event) => onQuery(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") onHit(event.shiftKey ? -1 : 1);
        if (event.key === "Escape" && query !== "") {
          event.stopPropagation();
          onQuery("");
        }
      }}
      sx={{ width: 250, flexShrink: 1, minWidth: 120, pr: 0.5, "& input": { py: 0.5, fontSize: 12.5 } }}
      slotProps={{ input: { "aria-label": "Search the log", spellCheck: false } }}
      startAdornment={
        <InputAdornment position="start">
          <SearchIcon sx={{ fontSize: 17 }} />
        </InputAdornment>
      }
      endAdornment={
        query !== "" && (
          <>
            <Typography
              variant="caption"
              role="status"
              sx={{ color: hitCount === 0 ? "error.main" : "text.secondary", whiteSpace: "nowrap", mr: 0.5 }}
            >
              {hitCount === 0 ? "No hits" : count}
            </Typography>
            <Action
              label="Previous hit"
              onClick={() => onHit(-1)}
              isDisabled={hitCount === 0}
              icon={<PreviousIcon sx={{ fontSize: 17 }} />}
            />
            <Action
              label="Next hit"
              onClick={() => onHit(1)}
              isDisabled={hitCount === 0}
              icon={<NextIcon sx={{ fontSize: 17 }} />}
            />
          </>
        )
      }
    />
  );
}

interface ActionProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly icon: React.ReactNode;
  readonly isDisabled?: boolean;
}

function Action({ label, onClick, icon, isDisabled = false }: ActionProps) {
  return (
    <Tooltip title={label}>
      <span>
        <IconButton size="small" aria-label={label} onClick={onClick} disabled={isDisabled} sx={{ p: 0.5 }}>
          {icon}
        </IconButton>
      </span>
    </Tooltip>
  );
}

function Toggle({ label, isOn, onClick, icon }: ActionProps & { readonly isOn: boolean }) {
  return (
    <Tooltip title={label}>
      <ToggleButton
        size="small"
        value={label}
        aria-label={label}
        selected={isOn}
        onChange={onClick}
        sx={{ p: 0.5, border: 0, borderRadius: 1 }}
      >
        {icon}
      </ToggleButton>
    </Tooltip>
  );
}
