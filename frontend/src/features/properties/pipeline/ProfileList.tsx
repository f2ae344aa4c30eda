/** Profiles: each a name and the parameters it gives other values. */
import AddIcon from "@mui/icons-material/Add";
import DeleteIcon from "@mui/icons-material/DeleteOutlined";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Checkbox from "@mui/material/Checkbox";
import FormControlLabel from "@mui/material/FormControlLabel";
import IconButton from "@mui/material/IconButton";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { type ParameterRow, profileFault, type ProfileRow } from "@/domain/parameters";
import { ValueField } from "@/ui/ValueField";

interface ProfileListProps {
  readonly profiles: readonly ProfileRow[];
  readonly rows: readonly ParameterRow[];
  readonly onChange: (profiles: ProfileRow[]) => void;
}

export function ProfileList({ profiles, rows, onChange }: ProfileListProps) {
  const add = () => {
    const key = Math.max(-1, ...profiles.map((profile) => profile.key)) + 1;
    onChange([...profiles, { key, name: `profile ${key + 1}`, texts: {} }]);
  };
  return (
    <>
      {profiles.map((profile) => (
        <Profile
          key={profile.key}
          profile={profile}
          rows={rows}
          fault={profileFault(profile, profiles)}
          onChange={(next) => onChange(profiles.map((other) => (other === profile ? next : other)))}
          onRemove={() => onChange(profiles.filter((other) => other !== profile))}
        />
      ))}
      <Button startIcon={<AddIcon />} onClick={add} disabled={rows.length === 0} sx={{ ml: -0.5 }}>
        Add profile
      </Button>
      {rows.length === 0 && (
        <Typography variant="caption" sx={{ color: "text.secondary", ml: 1 }}>
          A profile needs parameters to give values to.
        </Typography>
      )}
    </>
  );
}

interface ProfileProps {
  readonly profile: ProfileRow;
  readonly rows: readonly ParameterRow[];
  readonly fault: string | undefined;
  readonly onChange: (profile: ProfileRow) => void;
  readonly onRemove: () => void;
}

function Profile({ profile, rows, fault, onChange, onRemove }: ProfileProps) {
  const override = (row: ParameterRow, text: string | undefined) => {
    const others = Object.entries(profile.texts).filter(([key]) => Number(key) !== row.key);
    onChange({ ...profile, texts: Object.fromEntries(text === undefined ? others : [...others, [row.key, text]]) });
  };
  return (
    <Box
      role="group"
      aria-label={`Profile ${profile.name}`}
      sx={{ border: 1, borderColor: "divider", borderRadius: 1.5, p: 1.25, mb: 1.25 }}
    >
      <Box sx={{ display: "flex", gap: 1, alignItems: "start", mb: 0.5 }}>
        <TextField
          value={profile.name}
          error={fault !== undefined}
          helperText={fault}
          onChange={(change) => onChange({ ...profile, name: change.target.value })}
          sx={{ maxWidth: 280 }}
          slotProps={{ htmlInput: { "aria-label": "Name of the profile", maxLength: 200, spellCheck: false } }}
        />
        <IconButton aria-label={`Remove profile ${profile.name}`} onClick={onRemove} sx={{ ml: "auto" }}>
          <DeleteIcon fontSize="small" />
        </IconButton>
      </Box>
      {rows.map((row) => (
        <Override key={row.key} row={row} text={profile.texts[row.key]} onChange={(text) => override(row, text)} />
      ))}
    </Box>
  );
}

interface OverrideProps {
  readonly row: ParameterRow;
  /** undefined: the default holds. */
  readonly text: string | undefined;
  readonly onChange: (text: string | undefined) => void;
}

function Override({ row, text, onChange }: OverrideProps) {
  return (
    <Box
      sx={{
        display: "grid",
        gridTemplateColumns: "220px minmax(0, 320px)",
        gap: 1,
        alignItems: "center",
        minHeight: 40,
      }}
    >
      <FormControlLabel
        control={
          <Checkbox
            size="small"
            checked={text !== undefined}
            onChange={(change) => onChange(change.target.checked ? row.text : undefined)}
          />
        }
        label={<Typography variant="body2">{row.name}</Typography>}
      />
      {text === undefined ? (
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          {row.text === "" ? "no default" : row.text}
        </Typography>
      ) : (
        <ValueField label={`Value of ${row.name}`} type={row.type} text={text} onType={onChange} />
      )}
    </Box>
  );
}
