/** Light, dark, or what the system says: one button that goes round. */

import DarkMode from "@mui/icons-material/DarkModeOutlined";
import LightMode from "@mui/icons-material/LightModeOutlined";
import SettingsBrightness from "@mui/icons-material/SettingsBrightnessOutlined";
import IconButton from "@mui/material/IconButton";
import Tooltip from "@mui/material/Tooltip";
import { type Scheme, setScheme, useUi } from "@/stores/ui";

const NEXT: Record<Scheme, Scheme> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: SettingsBrightness, light: LightMode, dark: DarkMode };

export function ThemeButton() {
  const scheme = useUi((state) => state.scheme);
  const Icon = ICONS[scheme];
  const label = `Theme: ${scheme}`;
  return (
    <Tooltip title={`${label}. Click for ${NEXT[scheme]}`}>
      <IconButton aria-label={label} onClick={() => setScheme(NEXT[scheme])}>
        <Icon fontSize="small" />
      </IconButton>
    </Tooltip>
  );
}
