/** Tells Material which colour scheme somebody has chosen. */

import { useColorScheme } from "@mui/material/styles";
import { useEffect } from "react";
import { useUi } from "@/stores/ui";

export function SchemeSync() {
  const scheme = useUi((state) => state.scheme);
  const { setMode } = useColorScheme();
  useEffect(() => setMode(scheme), [scheme, setMode]);
  return null;
}
