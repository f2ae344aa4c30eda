/** The editor as a whole: theme, server state, shell, and what runs in the background. */

import { QueryClientProvider } from "@tanstack/react-query";
import { ThemeProvider } from "@mui/material/styles";
import { useEffect } from "react";
import { queryClient } from "@/api/queries";
import { listenToKeys } from "@/commands/keyboard";
import { keepDraft } from "@/live/drafts";
import { keepPlanned } from "@/live/planning";
import { followHistory, openFirst } from "@/live/startup";
import { keepValidated } from "@/live/validation";
import { IconSprite } from "@/ui/icons";
import { SchemeSync } from "./SchemeSync";
import { Shell } from "./Shell";
import { theme } from "./theme";
import { keepTitle } from "./title";

export function App() {
  useEffect(() => {
    const stops = [listenToKeys(), followHistory(), keepTitle()];
    // The draft and the problems are of what is open, so they begin when it is.
    let isLeaving = false;
    void openFirst().finally(() => {
      if (!isLeaving) stops.push(keepDraft(), keepValidated(), keepPlanned());
    });
    return () => {
      isLeaving = true;
      stops.forEach((stop) => stop());
    };
  }, []);
  return (
    <ThemeProvider theme={theme} defaultMode="system" storageManager={null}>
      <SchemeSync />
      <QueryClientProvider client={queryClient}>
        <IconSprite />
        <Shell />
      </QueryClientProvider>
    </ThemeProvider>
  );
}
