/** Parameters or policy of the step; the policy says how much of it is other than by default. */
import Box from "@mui/material/Box";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import type { ReactNode } from "react";
import { showStepTab, type StepTab, useUi } from "@/stores/ui";

interface StepTabsProps {
  readonly changed: number;
  readonly children: (tab: StepTab) => ReactNode;
}

export function StepTabs({ changed, children }: StepTabsProps) {
  const tab = useUi((state) => state.stepTab);
  return (
    <Box sx={{ flex: 1, minHeight: 0, overflowY: "auto", p: 1.5, display: "flex", flexDirection: "column", gap: 2 }}>
      <ToggleButtonGroup
        exclusive
        fullWidth
        size="small"
        value={tab}
        onChange={(_event, next: StepTab | null) => next !== null && showStepTab(next)}
        aria-label="Part of the step"
        sx={{ flexShrink: 0, "& .MuiToggleButton-root": { py: 0.375, fontSize: 12.5, textTransform: "none" } }}
      >
        <ToggleButton value="parameters">Parameters</ToggleButton>
        <ToggleButton value="policy">
          Policy
          {changed > 0 && (
            <Box component="span" sx={{ ml: 0.75, color: "text.secondary", fontWeight: 400 }}>
              {changed} changed
            </Box>
          )}
        </ToggleButton>
      </ToggleButtonGroup>
      {children(tab)}
    </Box>
  );
}
