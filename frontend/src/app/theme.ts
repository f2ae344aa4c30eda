/** The Material theme: dense, hairlines instead of shadows, light and dark by CSS variables. Colours that carry meaning
 * (roles, statuses, ports) are in ui/tokens.css; the values below repeat its neutrals because MUI computes with them. */

import { createTheme } from "@mui/material/styles";

const FONT = '"Inter Variable", system-ui, sans-serif';

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: "data-scheme" },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: "#4653c4", contrastText: "#ffffff" },
        success: { main: "#13733a" },
        info: { main: "#1d5fd1" },
        warning: { main: "#a35200" },
        error: { main: "#c02626" },
        background: { default: "#f4f5f8", paper: "#ffffff" },
        text: { primary: "#1a1e27", secondary: "#586172" },
        divider: "#e1e4ea",
      },
    },
    dark: {
      palette: {
        primary: { main: "#a9b3ff", contrastText: "#12162e" },
        success: { main: "#57d98a" },
        info: { main: "#74abff" },
        warning: { main: "#f3b45c" },
        error: { main: "#ff827a" },
        background: { default: "#0f1217", paper: "#161a21" },
        text: { primary: "#e7eaf0", secondary: "#9ea8b8" },
        divider: "#2a303b",
      },
    },
  },
  shape: { borderRadius: 8 },
  typography: {
    fontFamily: FONT,
    fontSize: 13,
    htmlFontSize: 16,
    body1: { fontSize: 13, lineHeight: 1.5 },
    body2: { fontSize: 13, lineHeight: 1.5 },
    subtitle1: { fontSize: 14, fontWeight: 600 },
    subtitle2: { fontSize: 13, fontWeight: 600 },
    caption: { fontSize: 12, lineHeight: 1.4 },
    h6: { fontSize: 16, fontWeight: 600, letterSpacing: "-0.01em" },
    button: { fontSize: 13, fontWeight: 600, textTransform: "none", lineHeight: 1.5 },
    overline: { fontSize: 11, fontWeight: 600, letterSpacing: "0.05em", lineHeight: 1.6, textTransform: "uppercase" },
  },
  transitions: { duration: { enteringScreen: 160, leavingScreen: 120, standard: 160, short: 140, shorter: 120 } },
  components: {
    MuiButtonBase: { defaultProps: { disableRipple: true } },
    MuiButton: {
      defaultProps: { size: "small", disableElevation: true },
      styleOverrides: { root: { minHeight: 32, paddingInline: 12, whiteSpace: "nowrap" } },
    },
    MuiIconButton: { defaultProps: { size: "small" }, styleOverrides: { root: { borderRadius: 8 } } },
    MuiTextField: { defaultProps: { size: "small", fullWidth: true } },
    MuiFormControl: { defaultProps: { size: "small" } },
    MuiSelect: { defaultProps: { size: "small" } },
    MuiInputBase: { styleOverrides: { root: { fontSize: 13 } } },
    MuiCheckbox: { defaultProps: { size: "small" } },
    MuiSwitch: { defaultProps: { size: "small" } },
    MuiTooltip: { defaultProps: { enterDelay: 500, arrow: true }, styleOverrides: { tooltip: { fontSize: 12 } } },
    MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: "none" } } },
    MuiMenu: {
      styleOverrides: {
        paper: {
          border: "1px solid var(--o-hairline)",
          boxShadow: "var(--o-shadow-lifted)",
          borderRadius: 12,
          backgroundColor: "var(--o-raised)",
        },
        list: { paddingBlock: 4 },
      },
    },
    MuiMenuItem: { styleOverrides: { root: { fontSize: 13, minHeight: 32, borderRadius: 8, marginInline: 4 } } },
    MuiDialog: {
      styleOverrides: {
        paper: { borderRadius: 16, border: "1px solid var(--o-hairline)", boxShadow: "var(--o-shadow-lifted)" },
      },
    },
    MuiDialogTitle: { styleOverrides: { root: { fontSize: 16, fontWeight: 600, padding: "16px 20px 8px" } } },
    MuiDialogContent: { styleOverrides: { root: { padding: "8px 20px 16px" } } },
    MuiDialogActions: { styleOverrides: { root: { padding: "8px 16px 16px" } } },
    MuiTabs: { styleOverrides: { root: { minHeight: 36 }, indicator: { height: 2, borderRadius: 2 } } },
    MuiTab: {
      styleOverrides: { root: { minHeight: 36, minWidth: 0, padding: "6px 12px", fontSize: 13, fontWeight: 500 } },
    },
    MuiChip: { styleOverrides: { root: { fontWeight: 500, fontSize: 12 }, sizeSmall: { height: 22 } } },
  },
});
