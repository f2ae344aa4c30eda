/** Lines out of the browser: into the clipboard or a file. */
import type { LogEntry } from "@/stores/logs";
import { plainText } from "./ansi";

export function asText(lines: readonly LogEntry[], nameOf: ((entry: LogEntry) => string) | null): string {
  return lines.map((line) => `${nameOf ? `[${nameOf(line)}] ` : ""}${plainText(line.text)}`).join("\n");
}

export function downloadUrl(url: string, fileName?: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName ?? "";
  link.click();
}

export function downloadText(text: string, fileName: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  downloadUrl(url, fileName);
  URL.revokeObjectURL(url);
}
