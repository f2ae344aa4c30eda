/** Adding a step without leaving the keyboard (N, or a double click on the canvas). */

import { useStepTypes } from "@/api/queries";
import { addStepOfType } from "@/commands/adding";
import { canvasView } from "@/stores/canvasView";
import { PickDialog } from "@/ui/PickDialog";
import { Tile } from "@/ui/Tile";
import { firstSentence } from "./search";

export function AddStepDialog({ onClose }: { onClose: () => void }) {
  const { data: stepTypes = [] } = useStepTypes();
  const items = stepTypes.map(({ id, title, category, doc, icon, colour }) => ({
    id,
    label: title,
    words: `${id} ${category} ${doc}`,
    detail: firstSentence(doc),
    icon: <Tile icon={icon} colour={colour} isSmall />,
  }));
  return (
    <PickDialog
      title="Add a step"
      placeholder="Which step?"
      items={items}
      nothing="No step is called that."
      onClose={onClose}
      onPick={(id) => {
        onClose();
        const stepId = addStepOfType(id);
        requestAnimationFrame(() => canvasView()?.reveal(stepId));
      }}
    />
  );
}
