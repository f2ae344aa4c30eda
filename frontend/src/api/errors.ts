/** What a call to the server fails with: problem+json (RFC 9457) as a value one can show. */

import type { Problem } from "@/domain/problem";

export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  problems: Problem[];
  correlation_id: string | null;
}

/** `status` 0: no answer arrived at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly problems: readonly Problem[];

  constructor(details: Pick<ProblemDetails, "status" | "code" | "title" | "detail"> & { problems?: Problem[] }) {
    super(details.detail);
    this.name = "ApiError";
    this.status = details.status;
    this.code = details.code;
    this.title = details.title;
    this.problems = details.problems ?? [];
  }
}

export function unreachable(): ApiError {
  return new ApiError({
    status: 0,
    code: "unreachable",
    title: "No connection to octopus",
    detail: "The server does not answer. Nothing is lost: the pipeline is kept in this browser.",
  });
}

export function apiErrorOf(status: number, body: unknown): ApiError {
  if (isProblemDetails(body)) return new ApiError({ ...body, status });
  return new ApiError({
    status,
    code: `http_${status}`,
    title: "The server gave an unexpected answer",
    detail: `The server answered ${status} without saying why.`,
  });
}

/** One sentence for a person, whatever was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The same with all that is wrong, where the server told it. */
export function wholeErrorText(error: unknown): string {
  const messages = error instanceof ApiError ? error.problems.map((problem) => problem.message) : [];
  return messages.length > 0 ? messages.join(" ") : errorText(error);
}

function isProblemDetails(body: unknown): body is ProblemDetails {
  return typeof body === "object" && body !== null && "detail" in body && "code" in body;
}
