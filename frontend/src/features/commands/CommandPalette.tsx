/** Every command, found by typing (Ctrl+K). */

import { COMMANDS, command } from "@/commands/table";
import { keyText } from "@/commands/keys";
import { PickDialog } from "@/ui/PickDialog";

const OPENERS = new Set(["commands", "deselect"]);

export function CommandPalette({ onClose }: { onClose: () => void }) {
  const items = COMMANDS.filter(({ id, isEnabled }) => !OPENERS.has(id) && isEnabled()).map(
    ({ id, label, group, keys }) => ({
      id,
      label,
      words: group,
      detail: keys[0] === undefined ? group : keyText(keys[0]),
    }),
  );
  return (
    <PickDialog
      title="Commands"
      placeholder="Type a command"
      items={items}
      nothing="No command is called that."
      onClose={onClose}
      onPick={(id) => {
        onClose();
        command(id).run();
      }}
    />
  );
}
