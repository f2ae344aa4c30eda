/**
 * A Vega-Lite specification, drawn. Expressions are interpreted, never compiled to functions (our
 * Content-Security-Policy forbids that), and nothing is loaded: a card brings its data along.
 */
import { useColorScheme } from "@mui/material/styles";
import { useEffect, useRef, useState } from "react";
import type { Config, VisualizationSpec } from "vega-embed";
import embed from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import type { JsonObject } from "@/domain/catalog";
import "./results.css";

const refuse = () => Promise.reject(new Error("A chart on a card cannot load anything."));
const LOADER = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

export default function VegaChart({ title, spec }: { readonly title: string; readonly spec: JsonObject }) {
  const place = useRef<HTMLDivElement>(null);
  const [fault, setFault] = useState<string | null>(null);
  const { mode, systemMode } = useColorScheme();
  const scheme = (mode === "system" ? systemMode : mode) ?? "light";

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let isGone = false;
    let finalize: (() => void) | undefined;
    const own = Object.fromEntries(Object.entries(spec).filter(([key]) => key !== "usermeta")); // may hold options for us
    embed(element, own as unknown as VisualizationSpec, {
      mode: "vega-lite",
      ast: true,
      expr: expressionInterpreter,
      actions: false,
      defaultStyle: false,
      renderer: "svg",
      loader: LOADER,
      config: configOf(element),
      logLevel: 0,
    }).then(
      (result) => {
        if (isGone) result.finalize();
        else finalize = () => result.finalize();
      },
      (error: unknown) => {
        if (!isGone) setFault(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      isGone = true;
      finalize?.();
    };
  }, [spec, scheme]);

  if (fault !== null) return <p>This chart cannot be drawn: {fault}</p>;
  return <div ref={place} className="res-chart" role="img" aria-label={title || "Chart"} />;
}

/** The theme's colours, read where the chart will stand. */
function configOf(element: HTMLElement): Config {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const soft = colour("--o-text-soft");
  const line = colour("--o-hairline");
  const words = {
    labelColor: soft,
    titleColor: soft,
    labelFontSize: 11,
    titleFontSize: 11,
    titleFontWeight: 500,
  } as const;
  return {
    background: "transparent",
    font: "Inter Variable",
    view: { stroke: line },
    axis: { ...words, gridColor: line, domainColor: line, tickColor: line },
    legend: { ...words },
    header: { labelColor: soft, titleColor: soft },
    title: { color: colour("--o-text"), fontSize: 12 },
    mark: { color: colour("--o-role-transform") },
    range: {
      category: ["transform", "io", "decision", "model", "retry", "generic"].map((role) => colour(`--o-role-${role}`)),
    },
  };
}
