/** A status as icon, word and colour, the same wherever it is shown. */

import "./status.css";
import { STATUS_WORDS, type ShownStatus } from "@/domain/status";
import { STATUS_ICONS, StepIcon } from "./icons";

export function StatusBadge({ status, size = 14 }: { status: ShownStatus; size?: number }) {
  return (
    <span className="o-status" data-status={status}>
      <StepIcon name={STATUS_ICONS[status]} size={size} />
      {STATUS_WORDS[status]}
    </span>
  );
}
