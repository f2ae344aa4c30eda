/** The small picture of a pipeline. */
import type { Catalog } from "@/domain/catalog";
import type { PipelineDocument } from "@/domain/pipeline";
import { miniGraph } from "./miniGraph";

export function MiniGraphPicture({
  document,
  catalog,
}: {
  readonly document: PipelineDocument;
  readonly catalog: Catalog;
}) {
  const { boxes, lines, box } = miniGraph(document, catalog);
  return (
    <svg viewBox="0 0 240 120" width="100%" aria-hidden focusable="false" style={{ display: "block" }}>
      {lines.map(({ from, to, isLoop }, index) => {
        const [x1, y1, x2, y2] = [from.x + box.width, from.y + box.height / 2, to.x, to.y + box.height / 2];
        const bend = (x1 + x2) / 2;
        return (
          <path
            key={index}
            d={`M${x1},${y1} C${bend},${y1} ${bend},${y2} ${x2},${y2}`}
            fill="none"
            stroke="var(--o-hairline-strong)"
            strokeWidth={1.4}
            {...(isLoop ? { strokeDasharray: "3 3" } : {})}
          />
        );
      })}
      {boxes.map(({ id, x, y, colour }) => (
        <rect
          key={id}
          x={x}
          y={y}
          width={box.width}
          height={box.height}
          rx={4}
          fill={`var(--o-role-${colour}-soft)`}
          stroke={`var(--o-role-${colour})`}
          strokeWidth={1.2}
        />
      ))}
    </svg>
  );
}
