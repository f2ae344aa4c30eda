/** The empty canvas: what to do first. */

import Button from "@mui/material/Button";
import { useTemplates } from "@/api/queries";
import { openTemplate } from "@/live/opening";
import { openDialog } from "@/stores/ui";

const OFFERED = 3;

export function EmptyCanvas() {
  const { data: templates = [] } = useTemplates();
  return (
    <div className="canvas-empty">
      <div className="canvas-empty-title">Draw a pipeline</div>
      <p>
        Drag steps from the left onto the canvas and connect their ports, or press <kbd>N</kbd> to add one.
      </p>
      {templates.length > 0 && (
        <>
          <p className="canvas-empty-or">Or start from an example</p>
          <div className="canvas-empty-templates">
            {templates.slice(0, OFFERED).map((template) => (
              <Button key={template.id} variant="outlined" onClick={() => void openTemplate(template)}>
                {template.title}
              </Button>
            ))}
            <Button onClick={() => openDialog({ kind: "templates" })}>All templates</Button>
          </div>
        </>
      )}
    </div>
  );
}
