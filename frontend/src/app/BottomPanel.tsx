/** Logs, steps, results and problems below the canvas. Put away, only the tabs stay. */

import ExpandLess from "@mui/icons-material/ExpandLess";
import ExpandMore from "@mui/icons-material/ExpandMore";
import IconButton from "@mui/material/IconButton";
import Tab from "@mui/material/Tab";
import Tabs from "@mui/material/Tabs";
import type { ComponentType } from "react";
import { useProblems } from "@/stores/problems";
import { type BottomTab, setPanelOpen, showTab, useUi } from "@/stores/ui";
import { Boundary } from "@/ui/Boundary";
import { ResizeEdge } from "./ResizeEdge";
import { LogPanel, ProblemsPanel, ResultsPanel, StepsPanel } from "./slots";

const TABS: Record<BottomTab, { label: string; Panel: ComponentType }> = {
  logs: { label: "Logs", Panel: LogPanel },
  steps: { label: "Steps", Panel: StepsPanel },
  results: { label: "Results", Panel: ResultsPanel },
  problems: { label: "Problems", Panel: ProblemsPanel },
};
const ORDER: readonly BottomTab[] = ["logs", "steps", "results", "problems"];

export function BottomPanel() {
  const isOpen = useUi((state) => state.isOpen.bottom);
  const size = useUi((state) => state.sizes.bottom);
  const tab = useUi((state) => state.tab);
  const { label, Panel } = TABS[tab];
  return (
    <section
      className="bottom-panel"
      aria-label="Output"
      style={isOpen ? { height: size } : undefined}
      data-open={isOpen}
    >
      {isOpen && <ResizeEdge side="bottom" label="Height of the output panel" />}
      <div className="bottom-head">
        <Tabs value={isOpen ? tab : false} aria-label="Output">
          {ORDER.map((key) => (
            <Tab
              key={key}
              value={key}
              id={`tab-${key}`}
              aria-controls={`tabpanel-${key}`}
              aria-label={TABS[key].label}
              label={key === "problems" ? <ProblemsLabel /> : TABS[key].label}
              onClick={() => showTab(key)}
            />
          ))}
        </Tabs>
        <IconButton
          aria-label={isOpen ? "Hide the output" : "Show the output"}
          onClick={() => setPanelOpen("bottom", !isOpen)}
        >
          {isOpen ? <ExpandMore fontSize="small" /> : <ExpandLess fontSize="small" />}
        </IconButton>
      </div>
      {isOpen && (
        <div className="bottom-body" role="tabpanel" id={`tabpanel-${tab}`} aria-labelledby={`tab-${tab}`}>
          <Boundary what={`the ${label.toLowerCase()} panel`} key={tab}>
            <Panel />
          </Boundary>
        </div>
      )}
    </section>
  );
}

function ProblemsLabel() {
  const problems = useProblems((state) => state.problems);
  const hasErrors = problems.some((problem) => problem.severity === "error");
  return (
    <span className="bottom-label">
      Problems
      {problems.length > 0 && (
        <span className="bottom-count" data-severity={hasErrors ? "error" : "warning"}>
          {problems.length}
        </span>
      )}
    </span>
  );
}
