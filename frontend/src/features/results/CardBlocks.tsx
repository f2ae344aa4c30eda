/** The blocks of a step's card, in their order. */
import { lazy, Suspense } from "react";
import Skeleton from "@mui/material/Skeleton";
import type { Block, Card } from "./card";
import { DataTable } from "./DataTable";
import { SafeMarkdown } from "./SafeMarkdown";
import "./results.css";

const VegaChart = lazy(() => import("./VegaChart"));
const WIDE = 6; // columns from which a table takes the whole width

export function CardBlocks({ card }: { readonly card: Card }) {
  return (
    <div className="res-blocks">
      {card.blocks.map((block, index) => (
        <section key={index} className="res-block" {...(isWide(block) ? { "data-wide": "" } : {})}>
          {block.kind !== "markdown" && block.title !== "" && <h4>{block.title}</h4>}
          <BlockBody block={block} />
        </section>
      ))}
    </div>
  );
}

function isWide(block: Block): boolean {
  return block.kind === "markdown" || (block.kind === "table" && block.columns.length >= WIDE);
}

function BlockBody({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case "markdown":
      return <SafeMarkdown text={block.text} />;
    case "table":
      return (
        <div
          className="res-scroll"
          style={{ maxHeight: 320, width: "fit-content" }}
          tabIndex={0}
          role="region"
          aria-label={block.title || "Table"}
        >
          <DataTable
            label={block.title || "Table"}
            columns={block.columns.map((name) => ({ name }))}
            rows={block.rows.map((row) => [...row])}
          />
        </div>
      );
    case "vega-lite":
      return (
        <Suspense fallback={<Skeleton variant="rounded" height={220} />}>
          <VegaChart title={block.title} spec={block.spec} />
        </Suspense>
      );
    case "image":
      return (
        <img
          src={block.source}
          alt={block.title || "Image of the card"}
          style={{ maxWidth: "100%", borderRadius: 8 }}
        />
      );
  }
}
