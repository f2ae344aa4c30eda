/** The page of a flow that a Python program serves: toolbar, drawing, results. */

import { ThemeProvider } from "@mui/material/styles";
import Button from "@mui/material/Button";
import { useEffect } from "react";
import { FlowCanvas } from "@/features/flow/FlowCanvas";
import { FlowResults } from "@/features/flow/FlowResults";
import { FlowToolbar } from "@/features/flow/FlowToolbar";
import { ThemeButton } from "@/features/toolbar/ThemeButton";
import { keepFlow } from "@/live/flowRun";
import { shownFlow, useFlow } from "@/stores/flow";
import { Boundary } from "@/ui/Boundary";
import { EmptyState } from "@/ui/EmptyState";
import { IconSprite } from "@/ui/icons";
import { keepFlowTitle } from "./flowTitle";
import { SchemeSync } from "./SchemeSync";
import { theme } from "./theme";

export function FlowApp() {
  useEffect(() => {
    const stops = [keepFlow(), keepFlowTitle()];
    return () => stops.forEach((stop) => stop());
  }, []);
  return (
    <ThemeProvider theme={theme} defaultMode="system" storageManager={null}>
      <SchemeSync />
      <IconSprite />
      <div className="flow-page">
        <FlowToolbar>
          <ThemeButton />
        </FlowToolbar>
        <div className="flow-body">
          <main className="flow-main">
            <Boundary what="the drawing">
              <Drawing />
            </Boundary>
          </main>
          <Boundary what="the results">
            <FlowResults />
          </Boundary>
        </div>
      </div>
    </ThemeProvider>
  );
}

function Drawing() {
  const flow = useFlow(shownFlow);
  const fault = useFlow((state) => state.fault);
  const isLoaded = useFlow(({ page }) => page !== null);
  if (flow !== null) return <FlowCanvas flow={flow} />;
  return (
    <div className="flow-waiting">
      {fault !== "" ? (
        <EmptyState title="The flow could not be loaded" text={fault}>
          <Button variant="outlined" onClick={() => window.location.reload()}>
            Try again
          </Button>
        </EmptyState>
      ) : (
        isLoaded && <EmptyState title="No flow is served here" text="Give serve(...) a FlowEditor and its executor." />
      )}
    </div>
  );
}
