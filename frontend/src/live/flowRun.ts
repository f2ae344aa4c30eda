/** Running a flow and following it. The page shows the flow's newest run, whoever started it, until Reset; so a reload
 * and a second tab show the same. Following never starts anything. */

import { ApiError, errorText } from "@/api/errors";
import { cancelFlowRun, flowRunAddress, getFlowPage, listFlowRuns, startFlow } from "@/api/flows";
import { FLOW_EVENTS, type FlowMessage } from "@/domain/flow";
import {
  addFlowMessages,
  hideFlowRun,
  isFlowRunning,
  setFlowConnection,
  setFlowRequest,
  setPageFault,
  setTrouble,
  showFlow,
  showFlowRun,
  showPage,
  useFlow,
} from "@/stores/flow";

/** How often an idle page looks whether somebody else has started the flow. */
const LOOK_EVERY_MS = 1_500;
/** What arrives within this time is shown together: a flow of a thousand nodes sends thousands of messages at once. */
const GATHER_MS = 25;
const FLOW_PARAMETER = "flow";
const CLEARED = "octopus.flow.cleared.";
const UNREACHABLE = "The server does not answer. Is the program that serves this flow still running?";
const FORGOTTEN = "The server no longer knows this run: its program has been started anew.";

let stopFollowing: (() => void) | null = null;

/** Loads what is drawn and keeps showing the newest run. Answers how to stop. */
export function keepFlow(): () => void {
  void load();
  const timer = setInterval(() => {
    if (useFlow.getState().page === null) void load();
    else if (document.visibilityState === "visible") void look();
  }, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    stopFollowing?.();
    stopFollowing = null;
  };
}

async function load(): Promise<void> {
  try {
    const page = await getFlowPage();
    const wanted = new URLSearchParams(window.location.search).get(FLOW_PARAMETER);
    const flow = page.flows.find(({ id }) => id === wanted) ?? page.flows[0];
    showPage(page, flow?.id ?? null);
    await look();
  } catch (error) {
    setPageFault(faultText(error));
  }
}

/** Another of the page's flows. */
export function chooseFlow(flowId: string): void {
  stopFollowing?.();
  showFlow(flowId);
  window.history.replaceState(null, "", `?${new URLSearchParams({ [FLOW_PARAMETER]: flowId }).toString()}`);
  void look();
}

/** Follows the newest run, unless it has been cleared here. */
async function look(): Promise<void> {
  const { flowId, run, request } = useFlow.getState();
  if (flowId === null || request === "start" || (run !== null && run.end === null)) return;
  try {
    const newest = (await listFlowRuns(flowId))[0]?.run;
    const now = useFlow.getState();
    const isNews =
      newest !== undefined && newest !== now.run?.id && newest !== sessionStorage.getItem(CLEARED + flowId);
    if (isNews && now.flowId === flowId && now.request !== "start" && !isFlowRunning(now)) follow(flowId, newest);
    if (now.trouble === UNREACHABLE) setTrouble("");
  } catch (error) {
    setTrouble(faultText(error));
  }
}

export async function startFlowRun(): Promise<void> {
  const state = useFlow.getState();
  const { flowId, request } = state;
  if (flowId === null || request !== "none" || isFlowRunning(state)) return;
  setFlowRequest("start");
  try {
    const runId = await startFlow(flowId);
    if (useFlow.getState().flowId === flowId) follow(flowId, runId);
  } catch (error) {
    setTrouble(faultText(error));
  } finally {
    setFlowRequest("none");
  }
}

/** Asks the run to stop; its last message tells when it has. */
export async function stopFlowRun(): Promise<void> {
  const { flowId, run, request } = useFlow.getState();
  if (flowId === null || run === null || request !== "none") return;
  setFlowRequest("stop");
  try {
    await cancelFlowRun(flowId, run.id);
  } catch (error) {
    setTrouble(faultText(error));
  } finally {
    setFlowRequest("none");
  }
}

/** Clears everything a run has shown; the server keeps it. */
export function resetFlow(): void {
  const { flowId, run } = useFlow.getState();
  stopFollowing?.();
  stopFollowing = null;
  if (flowId !== null && run !== null) sessionStorage.setItem(CLEARED + flowId, run.id);
  hideFlowRun();
}

function follow(flowId: string, runId: string): void {
  stopFollowing?.();
  showFlowRun(runId);
  const source = new EventSource(flowRunAddress(flowId, runId));
  const inbox = newInbox(runId);
  const stop = () => {
    inbox.close();
    source.close();
  };
  source.onopen = () => setFlowConnection("live");
  for (const event of FLOW_EVENTS) {
    source.addEventListener(event, (said) => {
      // The browser's own `error` has no data; a message of that name has.
      if (!(said instanceof MessageEvent)) return;
      inbox.add({ event, data: JSON.parse(String(said.data)) as unknown } as FlowMessage);
      if (event !== "complete" && event !== "error") return;
      inbox.flush();
      stop();
    });
  }
  source.onerror = (said) => {
    if (said instanceof MessageEvent) return;
    if (source.readyState === EventSource.CLOSED) hideFlowRun(FORGOTTEN);
    else setFlowConnection("lost");
  };
  stopFollowing = stop;
}

function newInbox(runId: string) {
  let waiting: FlowMessage[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length > 0) addFlowMessages(runId, waiting);
    waiting = [];
  };
  return {
    flush,
    add: (message: FlowMessage) => {
      waiting.push(message);
      timer ??= setTimeout(flush, GATHER_MS);
    },
    close: () => clearTimeout(timer),
  };
}

function faultText(error: unknown): string {
  return error instanceof ApiError && error.status === 0 ? UNREACHABLE : errorText(error);
}
