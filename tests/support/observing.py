"""One run, watched from every side while it goes on: its processes, and two WebSocket clients."""

import json
import threading
from dataclasses import dataclass
from typing import Any

import httpx
import psutil
from websockets.sync.client import connect

from tests.support.api import ENDED, start_run, wait_for
from tests.support.server import TOKEN, ServerProcess


@dataclass(frozen=True)
class ObservedRun:
    """`view`: the run at its end. `processes`: command lines of the `mlflow run`s seen below the server, by entry
    point. `heard`: what each of two WebSocket clients was sent, in order."""

    view: dict[str, Any]
    processes: dict[str, list[str]]
    heard: tuple[list[dict[str, Any]], list[dict[str, Any]]]


def observe(server: ServerProcess, client: httpx.Client, document: dict[str, Any]) -> ObservedRun:
    """Start a run of `document` and watch it until it is over."""
    processes: dict[str, list[str]] = {}
    heard: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
    run_id = start_run(client, document, force=True, backend="cold")  # a warm step is over before one has looked
    listeners = [threading.Thread(target=_listen, args=(server, run_id, into)) for into in heard]
    for listener in listeners:
        listener.start()

    def watch(view: dict[str, Any]) -> bool:
        processes.update(_mlflow_processes(server.pid))
        return view["status"] in ENDED

    view = wait_for(client, run_id, watch)
    for listener in listeners:
        listener.join(30)
    return ObservedRun(view, processes, heard)


def _listen(server: ServerProcess, run_id: str, into: list[dict[str, Any]]) -> None:
    url = f"ws://127.0.0.1:{server.port}/api/runs/{run_id}/ws?after=0"
    with connect(url, additional_headers={"Authorization": f"Bearer {TOKEN}"}) as socket:
        for frame in socket:
            into += json.loads(frame)


def _mlflow_processes(server_pid: int) -> dict[str, list[str]]:
    found = {}
    for process in psutil.Process(server_pid).children(recursive=True):
        try:
            words = process.cmdline()
        except psutil.Error:
            continue
        if "--entry-point" in words and any(word.endswith("/mlflow") for word in words[:2]):
            found[words[words.index("--entry-point") + 1]] = words
    return found
