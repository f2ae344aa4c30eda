/** The arrangement of the editor: toolbar on top, palette left, canvas in the middle, properties right, logs and
 * results at the bottom. Every panel can be resized and put away; the arrangement is remembered. */

import "./shell.css";
import { Canvas } from "@/features/canvas/Canvas";
import { Notices } from "@/features/notices/Notices";
import { Palette } from "@/features/palette/Palette";
import { Toolbar } from "@/features/toolbar/Toolbar";
import { soleEdge, soleStep, useSelection } from "@/stores/selection";
import { Boundary } from "@/ui/Boundary";
import { BottomPanel } from "./BottomPanel";
import { Dialogs } from "./Dialogs";
import { SidePanel } from "./SidePanel";
import { PropertiesPanel } from "./slots";

export function Shell() {
  const selected = useSelection((state) => soleStep(state) ?? soleEdge(state));
  return (
    <div className="shell">
      <Toolbar />
      <div className="shell-body">
        <SidePanel side="palette" name="Step palette" title="Steps">
          <Palette />
        </SidePanel>
        <main className="shell-centre">
          <Boundary what="the canvas">
            <Canvas />
          </Boundary>
          <BottomPanel />
        </main>
        {selected !== null && (
          <SidePanel side="properties" name="Properties" title="Properties">
            <Boundary what="the properties panel" key={selected}>
              <PropertiesPanel />
            </Boundary>
          </SidePanel>
        )}
      </div>
      <Dialogs />
      <Notices />
    </div>
  );
}
