/** The step palette: what can be put on the canvas, by category; drag, double-click or Enter. */

import "./palette.css";
import CreateNewFolder from "@mui/icons-material/CreateNewFolderOutlined";
import Search from "@mui/icons-material/Search";
import UploadFile from "@mui/icons-material/UploadFileOutlined";
import Button from "@mui/material/Button";
import { useState } from "react";
import { errorText } from "@/api/errors";
import { useStepTypes } from "@/api/queries";
import { command } from "@/commands/table";
import { EmptyState } from "@/ui/EmptyState";
import { PaletteItem } from "./PaletteItem";
import { groupByCategory, search } from "./search";

export function Palette() {
  const { data: stepTypes = [], error, isPending, refetch } = useStepTypes();
  const [typed, setTyped] = useState("");
  const groups = groupByCategory(search(stepTypes, typed));
  const upload = command("upload");
  const projects = command("projects");
  return (
    <div className="palette">
      <div className="palette-search">
        <Search fontSize="small" />
        <input
          type="search"
          aria-label="Search steps"
          placeholder="Search steps"
          value={typed}
          onChange={(change) => setTyped(change.target.value)}
        />
      </div>
      <div className="palette-list">
        {isPending && <PaletteWaiting />}
        {error !== null && (
          <EmptyState title="The steps did not arrive" text={errorText(error)}>
            <Button variant="outlined" onClick={() => void refetch()}>
              Try again
            </Button>
          </EmptyState>
        )}
        {groups.map(({ category, stepTypes: members }) => (
          <div key={category} className="palette-group">
            <div className="palette-category" aria-hidden>{`${category} · ${members.length}`}</div>
            <div role="listbox" aria-label={`${category} steps`}>
              {members.map((stepType) => (
                <PaletteItem key={stepType.id} stepType={stepType} />
              ))}
            </div>
          </div>
        ))}
        {!isPending && error === null && groups.length === 0 && (
          <EmptyState title="No step matches" text={`Nothing here is called “${typed}”.`} />
        )}
      </div>
      <div className="palette-foot">
        <Button fullWidth color="inherit" startIcon={<UploadFile fontSize="small" />} onClick={upload.run}>
          {upload.label}
        </Button>
        <Button fullWidth color="inherit" startIcon={<CreateNewFolder fontSize="small" />} onClick={projects.run}>
          {projects.label}
        </Button>
      </div>
    </div>
  );
}

function PaletteWaiting() {
  return (
    <div aria-hidden>
      {[0, 1, 2, 3, 4, 5].map((row) => (
        <div key={row} className="palette-ghost" />
      ))}
    </div>
  );
}
