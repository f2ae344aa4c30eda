/** Problems: what is wrong with a document, each pinned to the place where it is shown. */

export interface Problem {
  code: string;
  severity: "error" | "warning";
  message: string;
  /** JSON pointer into the document, like `/steps/2/params/ratios`. */
  pointer: string;
  step_id: string | null;
  port: string | null;
  edge_id: string | null;
}

/** The parameter a problem is about, null if it is about none. */
export function parameterOf(problem: Problem): string | null {
  const match = /^\/steps\/\d+\/params\/([^/]+)/.exec(problem.pointer);
  return match?.[1] === undefined ? null : match[1].replaceAll("~1", "/").replaceAll("~0", "~");
}

/** Ports of a step that edges end at or begin with although it has none of the name; `in` and `out`, each once. */
export function missingPorts(problems: readonly Problem[]): Record<"in" | "out", string[]> {
  const found = problems.filter(({ code, port }) => code === "unknown_port" && port !== null);
  const named = (end: string) =>
    found.flatMap(({ pointer, port }) => (pointer.endsWith(`/${end}_port`) && port !== null ? [port] : []));
  return { in: [...new Set(named("target"))], out: [...new Set(named("source"))] };
}

export function worstSeverity(problems: readonly Problem[]): Problem["severity"] | null {
  if (problems.some((problem) => problem.severity === "error")) return "error";
  return problems.length > 0 ? "warning" : null;
}
