/** What the address bar says is open: /pipelines/{id} and ?run={id}. A reload opens the same again. */

export interface Address {
  pipelineId: string | null;
  runId: string | null;
}

export function readAddress(location: Pick<Location, "pathname" | "search"> = window.location): Address {
  const match = /^\/pipelines\/([^/]+)\/?$/.exec(location.pathname);
  return {
    pipelineId: match?.[1] === undefined ? null : decodeURIComponent(match[1]),
    runId: new URLSearchParams(location.search).get("run"),
  };
}

export function addressText({ pipelineId, runId }: Address): string {
  const path = pipelineId === null ? "/" : `/pipelines/${encodeURIComponent(pipelineId)}`;
  return runId === null ? path : `${path}?run=${encodeURIComponent(runId)}`;
}

/** Another pipeline is a new entry of the browser's history; another run of the same one is not. */
export function setAddress(address: Address): void {
  const text = addressText(address);
  if (text === window.location.pathname + window.location.search) return;
  const isSamePipeline = readAddress().pipelineId === address.pipelineId;
  if (isSamePipeline) window.history.replaceState(null, "", text);
  else window.history.pushState(null, "", text);
}
