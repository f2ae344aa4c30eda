/** The one streaming effect: follows the shown run over a WebSocket, folds what arrives once per animation frame, and
 * asks after a lost connection only for what is missing. Following never starts or stops anything. */

import { WebSocket as ReconnectingSocket } from "partysocket";
import { getRun } from "@/api/calls";
import type { Event, LogBatch, Message } from "@/domain/event";
import type { RunView } from "@/domain/run";
import { isRunOver } from "@/domain/status";
import { appendLogs, clearLogs } from "@/stores/logs";
import { foldEvents, hideRun, setConnection, setMlflowUrl, showRun, useRun } from "@/stores/run";

/** A background tab draws no frames; it still has to notice the end of a run. */
const BACKGROUND_FLUSH_MS = 200;
const UNKNOWN_RUN_CLOSE_CODE = 4404;

let stopFollowing: (() => void) | null = null;

/** Shows a run and follows it to its end. Another run shown before is let go. */
export function follow(view: RunView): void {
  stopFollowing?.();
  clearLogs();
  showRun(view);
  stopFollowing = connect(view.id);
}

/** Finds a run again, after a reload for example. Throws ApiError. */
export async function followById(runId: string): Promise<RunView> {
  const view = await getRun(runId);
  follow(view);
  return view;
}

/** Clears every status from the canvas; the run itself goes on. */
export function resetRun(): void {
  stopFollowing?.();
  stopFollowing = null;
  hideRun();
  clearLogs();
}

function connect(runId: string): () => void {
  const socket = new ReconnectingSocket(() => socketUrl(runId), [], {
    minReconnectionDelay: 300,
    maxReconnectionDelay: 5_000,
    reconnectionDelayGrowFactor: 1.6,
  });
  const inbox = newInbox(() => {
    if (hasEnded()) finish(runId, stop);
  });
  const stop = () => {
    document.removeEventListener("visibilitychange", inbox.flush);
    inbox.close();
    socket.close();
  };
  document.addEventListener("visibilitychange", inbox.flush);
  socket.addEventListener("open", () => setConnection("live"));
  socket.addEventListener("message", (message) => inbox.add(JSON.parse(String(message.data)) as Message[]));
  socket.addEventListener("close", (closed) => {
    inbox.flush();
    if (hasEnded()) finish(runId, stop);
    else if (closed.code === UNKNOWN_RUN_CLOSE_CODE) stop();
    else setConnection("lost");
  });
  return stop;
}

function socketUrl(runId: string): string {
  const { protocol, host } = window.location;
  const after = useRun.getState().run?.last_seq ?? 0;
  const scheme = protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${host}/api/runs/${encodeURIComponent(runId)}/ws?after=${after}`;
}

function hasEnded(): boolean {
  const { run } = useRun.getState();
  return run !== null && isRunOver(run.status);
}

/** The MLflow page of a run is known to the server only after it has begun, so it is asked for once more. */
function finish(runId: string, stop: () => void): void {
  stop();
  setConnection("closed");
  if (useRun.getState().mlflowUrl !== null) return;
  void getRun(runId).then(
    (view) => {
      if (useRun.getState().run?.id === runId) setMlflowUrl(view.mlflow_url);
    },
    () => undefined,
  );
}

interface Inbox {
  add: (messages: Message[]) => void;
  flush: () => void;
  close: () => void;
}

/** Collects messages and hands them to the stores once per frame. */
function newInbox(afterFlush: () => void): Inbox {
  let waiting: Message[] = [];
  let scheduled: (() => void) | null = null;
  const flush = () => {
    scheduled?.();
    scheduled = null;
    if (waiting.length === 0) return;
    const messages = waiting;
    waiting = [];
    appendLogs(messages.filter((message): message is LogBatch => message.kind === "log"));
    foldEvents(messages.filter((message): message is Event => message.kind !== "log"));
    afterFlush();
  };
  return {
    add: (messages) => {
      waiting.push(...messages);
      scheduled ??= nextFrame(flush);
    },
    flush,
    close: () => {
      scheduled?.();
      scheduled = null;
      waiting = [];
    },
  };
}

function nextFrame(run: () => void): () => void {
  if (document.visibilityState === "visible") {
    const frame = requestAnimationFrame(run);
    return () => cancelAnimationFrame(frame);
  }
  const timer = setTimeout(run, BACKGROUND_FLUSH_MS);
  return () => clearTimeout(timer);
}
