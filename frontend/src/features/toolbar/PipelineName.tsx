/** The pipeline's name, changed where it stands, and whether there is something to save. */

import Tune from "@mui/icons-material/Tune";
import Tooltip from "@mui/material/Tooltip";
import { type KeyboardEvent, useState } from "react";
import { CommandIconButton } from "@/commands/CommandIconButton";
import { command } from "@/commands/table";
import { rename } from "@/domain/edit";
import { edit, isDirty, useDocument } from "@/stores/document";

export function PipelineName() {
  const name = useDocument((state) => state.document.name);
  const version = useDocument((state) => state.saved?.version ?? null);
  const dirty = useDocument(isDirty);
  const [typed, setTyped] = useState<string | null>(null);

  const finish = () => {
    if (typed !== null) edit((document) => rename(document, typed));
    setTyped(null);
  };
  const onKeyDown = (press: KeyboardEvent<HTMLInputElement>) => {
    if (press.key === "Enter") press.currentTarget.blur();
    if (press.key === "Escape") {
      setTyped(null);
      press.stopPropagation();
    }
  };
  const state = dirty ? "Not saved yet; kept as a draft in this browser" : version === null ? "" : "Saved";
  return (
    <div className="pipeline-name">
      <span className="pipeline-name-size" data-text={typed ?? name}>
        <input
          aria-label="Pipeline name"
          value={typed ?? name}
          maxLength={200}
          size={1}
          spellCheck={false}
          onChange={(change) => setTyped(change.target.value)}
          onBlur={finish}
          onKeyDown={onKeyDown}
        />
      </span>
      <CommandIconButton command={command("pipeline-settings")} icon={<Tune sx={{ fontSize: 18 }} />} />
      <Tooltip title={state}>
        <span className="pipeline-state" data-dirty={dirty}>
          {dirty ? <span className="pipeline-dot" role="img" aria-label="Unsaved changes" /> : null}
          {version !== null && `v${version}`}
        </span>
      </Tooltip>
    </div>
  );
}
