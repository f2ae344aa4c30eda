/** What the colours mean: roles of steps always, statuses while a run is shown. */

import { memo } from "react";
import { COLOUR_ROLE_WORDS, type ColourRole } from "@/domain/catalog";
import { type ShownStatus, STATUS_WORDS } from "@/domain/status";
import { useDocument } from "@/stores/document";
import { useRun } from "@/stores/run";
import { StatusBadge } from "@/ui/StatusBadge";
import { use } from "react";
import { CatalogContext } from "./catalogContext";

const STATUSES: readonly ShownStatus[] = [
  "pending",
  "running",
  "succeeded",
  "reused",
  "failed",
  "upstream_failed",
  "skipped",
  "cancelled",
];
const ROLES: readonly ColourRole[] = ["io", "transform", "model", "decision", "retry", "generic"];

export const Legend = memo(function Legend() {
  const catalog = use(CatalogContext);
  const steps = useDocument((state) => state.document.steps);
  const hasRun = useRun((state) => state.run !== null);
  const occurring = useRun((state) => [...new Set(Object.values(state.byId).map(({ status }) => status))].join(" "));
  if (steps.length === 0) return null;
  const used = new Set(steps.map((step) => catalog.get(step.type)?.colour ?? "generic"));
  return (
    <div className="legend" role="note" aria-label="Legend">
      {hasRun
        ? shownStatuses(occurring).map((status) => <StatusBadge key={status} status={status} size={13} />)
        : ROLES.filter((role) => used.has(role)).map((role) => (
            <span key={role} className="legend-role" data-role-colour={role}>
              {COLOUR_ROLE_WORDS[role]}
            </span>
          ))}
    </div>
  );
});

/** The usual ones, and of the others those that occur. */
function shownStatuses(occurring: string): readonly ShownStatus[] {
  const others = occurring.split(" ").filter((status): status is ShownStatus => isRare(status));
  return [...STATUSES, ...others];
}

function isRare(status: string): boolean {
  return status in STATUS_WORDS && !STATUSES.includes(status as ShownStatus);
}
