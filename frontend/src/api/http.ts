/** One call to the server: JSON in, JSON out, an ApiError for everything else. The cookie is the access token. */

import { apiErrorOf, unreachable } from "./errors";

export interface Answer<Body> {
  body: Body;
  etag: string | null;
}

interface CallOptions {
  body?: unknown;
  form?: FormData;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

/** `path`: below /api. */
export function call<Body>(method: Method, path: string, options: CallOptions = {}): Promise<Answer<Body>> {
  return callAt(method, `/api${path}`, options);
}

/** `address`: anywhere on our own server. */
export async function callAt<Body>(method: Method, address: string, options: CallOptions = {}): Promise<Answer<Body>> {
  const response = await answered(method, address, options);
  const text = response.status === 204 ? "" : await response.text();
  const body: unknown = text === "" ? undefined : parsed(text);
  if (!response.ok) throw apiErrorOf(response.status, body);
  return { body: body as Body, etag: response.headers.get("ETag") };
}

async function answered(method: Method, address: string, options: CallOptions): Promise<Response> {
  const headers = { ...options.headers };
  if (options.body !== undefined) headers["Content-Type"] = "application/json";
  const payload = options.form ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  try {
    return await fetch(address, { method, headers, body: payload, signal: options.signal, cache: "no-store" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `?a=1&b=2` of what is set; "" of nothing. */
export function query(values: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
