/** A step's card as its author wrote it -> blocks that can be drawn. Whatever does not fit is left out, never guessed. */
import type { JsonObject, JsonValue } from "@/domain/catalog";
import type { ArtifactRef } from "@/domain/event";

export type Cell = string | number | boolean | null;

export type Block =
  | { readonly kind: "markdown"; readonly text: string }
  | {
      readonly kind: "table";
      readonly title: string;
      readonly columns: readonly string[];
      readonly rows: readonly (readonly Cell[])[];
    }
  | { readonly kind: "vega-lite"; readonly title: string; readonly spec: JsonObject }
  | { readonly kind: "image"; readonly title: string; readonly source: string };

export interface Card {
  readonly title: string;
  readonly blocks: readonly Block[];
}

const IMAGE_TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const BASE64 = /^[A-Za-z0-9+/=\s]*$/;

export function parseCard(value: unknown): Card | null {
  if (!isObject(value) || !Array.isArray(value.blocks)) return null;
  return { title: text(value.title), blocks: value.blocks.flatMap((block) => parseBlock(block) ?? []) };
}

export function cardOf(artifacts: readonly ArtifactRef[]): ArtifactRef | null {
  return artifacts.find((artifact) => artifact.port === null && /(^|\/)_card\.json$/.test(artifact.path)) ?? null;
}

function parseBlock(block: unknown): Block | null {
  if (!isObject(block)) return null;
  const title = text(block.title);
  if (block.kind === "markdown") return typeof block.text === "string" ? { kind: "markdown", text: block.text } : null;
  if (block.kind === "table") return parseTable(title, block);
  if (block.kind === "vega-lite") return isObject(block.spec) ? { kind: "vega-lite", title, spec: block.spec } : null;
  return block.kind === "image" ? parseImage(title, block) : null;
}

function parseTable(title: string, block: JsonObject): Block | null {
  if (!Array.isArray(block.columns) || !Array.isArray(block.rows)) return null;
  const rows = block.rows.filter((row) => Array.isArray(row)).map((row) => row.map(cell));
  return { kind: "table", title, columns: block.columns.map(String), rows };
}

function parseImage(title: string, block: JsonObject): Block | null {
  const { media_type: type, data } = block;
  if (typeof type !== "string" || typeof data !== "string") return null;
  if (!IMAGE_TYPES.includes(type) || !BASE64.test(data)) return null;
  return { kind: "image", title, source: `data:${type};base64,${data}` };
}

function cell(value: JsonValue): Cell {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
