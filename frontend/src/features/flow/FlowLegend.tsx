/** What the colours of the shown flow mean: its palette if it has one, else the roles that occur; with a run the
 * statuses as well. */

import "@/ui/roles.css";
import { COLOUR_ROLE_WORDS, COLOUR_ROLES } from "@/domain/catalog";
import { type Flow, FLOW_STATUSES, SHOWN_AS } from "@/domain/flow";
import { useFlow } from "@/stores/flow";
import { StatusBadge } from "@/ui/StatusBadge";

export function FlowLegend({ flow }: { flow: Flow }) {
  const hasRun = useFlow(({ run }) => run !== null);
  if (flow.nodes.length === 0) return null;
  return (
    <div className="legend flow-legend" role="note" aria-label="Legend">
      <div className="flow-legend-row">
        {entriesOf(flow).map(({ text, role, icon }) => (
          <span key={text} className="legend-role" data-role-colour={role}>
            {icon !== null && <span aria-hidden>{icon}</span>}
            {text}
          </span>
        ))}
        {flow.edges.some(({ dashed }) => dashed) && (
          <span className="legend-dashed">
            <svg width="22" height="8" aria-hidden>
              <path d="M 0 4 H 22" />
            </svg>
            Conditional
          </span>
        )}
      </div>
      {hasRun && (
        <div className="flow-legend-row">
          {FLOW_STATUSES.map((status) => (
            <StatusBadge key={status} status={SHOWN_AS[status]} size={13} />
          ))}
        </div>
      )}
    </div>
  );
}

function entriesOf({ nodes, palette }: Flow) {
  if (palette.length > 0) return palette.map(({ label, role, icon }) => ({ text: label, role, icon }));
  const used = new Set(nodes.map(({ role }) => role));
  return COLOUR_ROLES.filter((role) => used.has(role)).map((role) => ({
    text: COLOUR_ROLE_WORDS[role],
    role,
    icon: null,
  }));
}
