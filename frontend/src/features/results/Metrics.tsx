/** Metrics by name, numbers aligned; long lists can be searched. */
import OutlinedInput from "@mui/material/OutlinedInput";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import type { MetricValue } from "@/domain/event";
import { metricText } from "@/domain/text";
import "./results.css";

const SEARCHED_FROM = 12;

export function Metrics({ metrics }: { readonly metrics: Readonly<Record<string, MetricValue>> }) {
  const [query, setQuery] = useState("");
  const entries = Object.entries(metrics);
  const shown = entries.filter(([name]) => name.toLowerCase().includes(query.toLowerCase()));
  if (entries.length === 0) return null;
  return (
    <section aria-label="Metrics" style={{ minWidth: 0 }}>
      <Typography variant="overline" component="h3" sx={{ color: "text.secondary", m: 0 }}>
        Metrics
      </Typography>
      {entries.length >= SEARCHED_FROM && (
        <OutlinedInput
          size="small"
          fullWidth
          value={query}
          placeholder={`Search ${entries.length} metrics`}
          onChange={(event) => setQuery(event.target.value)}
          sx={{ mb: 0.75, "& input": { py: 0.5, fontSize: 12 } }}
          slotProps={{ input: { "aria-label": "Search metrics" } }}
        />
      )}
      <div className="res-scroll">
        <table className="res-table" style={{ width: "100%" }} aria-label="Metrics">
          <tbody>
            {shown.map(([name, value]) => (
              <tr key={name}>
                <th scope="row" title={name}>
                  {name}
                </th>
                <td data-number="" title={String(value)}>
                  {metricText(value)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
