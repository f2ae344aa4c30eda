/** Connecting two steps without a mouse: which output, then where to. Ports that do not fit say why. */

import { useState } from "react";
import { candidates } from "@/domain/connect";
import { connect } from "@/domain/edit";
import { stepTypeOf } from "@/domain/ownPorts";
import { findStep } from "@/domain/pipeline";
import { stepName } from "@/domain/text";
import { edit, useDocument } from "@/stores/document";
import { useStepCatalog } from "@/stores/stepCatalog";
import { PickDialog } from "@/ui/PickDialog";

interface Props {
  stepId: string;
  /** The output to begin with; without one the first. */
  output?: string;
  onClose: () => void;
}

export function ConnectDialog({ stepId, output, onClose }: Props) {
  const catalog = useStepCatalog();
  const document = useDocument((state) => state.document);
  const step = findStep(document, stepId);
  const outputs = stepTypeOf(catalog, step)?.outputs ?? [];
  const [chosen, setChosen] = useState(output ?? outputs[0]?.name ?? "");
  if (!step) return null;

  const found = candidates(document, catalog, stepId, chosen);
  const items = found.map((candidate) => {
    const other = findStep(document, candidate.stepId);
    const name = other ? stepName(other, catalog.get(other.type)) : candidate.stepId;
    return {
      id: `${candidate.stepId} ${candidate.port}`,
      label: `${name} · ${candidate.port}${candidate.isLoop ? " (loop)" : ""}`,
      words: candidate.stepId,
      detail: candidate.stepId,
      refusal: candidate.fault?.message,
    };
  });
  return (
    <PickDialog
      title="Connect to"
      placeholder={`Connect ${stepName(step, catalog.get(step.type))} to…`}
      items={items}
      nothing={outputs.length === 0 ? "This step has no output." : "There is no such port."}
      onClose={onClose}
      onPick={(id) => {
        const [target = "", target_port = ""] = id.split(" ");
        edit((current) => connect(current, { source: stepId, source_port: chosen, target, target_port }));
        onClose();
      }}
    >
      {outputs.length > 1 && (
        <div className="pick-outputs" role="radiogroup" aria-label="Output">
          {outputs.map(({ name, type }) => (
            <label key={name} className="pick-output">
              <input type="radio" name="output" checked={name === chosen} onChange={() => setChosen(name)} />
              {name} <span>{type}</span>
            </label>
          ))}
        </div>
      )}
    </PickDialog>
  );
}
