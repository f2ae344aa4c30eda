/** A file on its way to the server, with progress: fetch cannot tell how much of a body has been sent. */
import { apiErrorOf, unreachable } from "@/api/errors";
import type { Dataset } from "@/api/types";

/** `onProgress`: share sent, in [0, 1]. Rejects with ApiError. */
export function sendDataset(file: File, onProgress: (fraction: number) => void): Promise<Dataset> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", "/api/datasets");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener("error", () => reject(unreachable()));
    request.addEventListener("abort", () => reject(unreachable()));
    request.addEventListener("load", () => {
      const body = parsed(request.responseText);
      if (request.status >= 200 && request.status < 300) resolve(body as Dataset);
      else reject(apiErrorOf(request.status, body));
    });
    const form = new FormData();
    form.set("file", file);
    request.send(form);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
