"""Flows served from this process: a server in a thread, and handlers that wait until a test lets them go on."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from octopus.api.server import listen
from octopus.flow import DAGNode, Edge, ExecutionStep, FlowEditor, FlowExecutor, Node, flow_app

TOKEN = "test-token-0123456789abcdef0123456789abcdef"
START_LIMIT_S = 30.0
HANDLER_LIMIT_S = 120.0
LOOK_EVERY_S = 0.01


class FlowHost:
    """An app of flows that answers at `url`."""

    def __init__(self, app: FastAPI, url: str) -> None:
        self.app = app
        self.url = url

    @property
    def launch_url(self) -> str:
        return f"{self.url}/?token={TOKEN}"

    def client(self) -> httpx.Client:
        """An HTTP client that is let in."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60)


@contextmanager
def hosted(editors: Any, executors: Any, **options: Any) -> Iterator[FlowHost]:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        app = flow_app(editors, executors, token=TOKEN, port=port, **options)
        config = uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{port}"
        # The socket listens already: the first call waits until the server takes it.
        httpx.get(url, timeout=START_LIMIT_S)
        try:
            yield FlowHost(app, url)
        finally:
            server.should_exit = True
            thread.join(START_LIMIT_S)
            assert not thread.is_alive()


class Gate:
    """A handler that waits until it is opened; `shut` makes it wait again."""

    def __init__(self, result: Any = None) -> None:
        self._is_open = threading.Event()
        self.result = result
        self.calls = 0

    async def __call__(self, context: dict[str, Any], inputs: dict[str, Any]) -> Any:
        self.calls += 1
        # Asked again and again: a thread that waited would keep this process from ending after a run is given up.
        async with asyncio.timeout(HANDLER_LIMIT_S):
            while not self._is_open.is_set():  # noqa: ASYNC110 - it is opened from another thread
                await asyncio.sleep(LOOK_EVERY_S)
        return self.result

    def open(self) -> None:
        self._is_open.set()

    def shut(self) -> None:
        self._is_open.clear()


SIDEWAYS = {"inputs": "left", "outputs": "right"}


def gated_flow(graph_id: str) -> tuple[FlowEditor, FlowExecutor, dict[str, Gate]]:
    """load -> process -> save, each of which waits for its gate."""
    gates = {"load": Gate({"records": 500}), "process": Gate({"records": 500}), "save": Gate({"saved": 500})}
    editor = FlowEditor(
        DAGNode("load", x=100, y=120, label="Load Data", node_type="input", outputs=1, port_positions=SIDEWAYS),
        DAGNode("process", x=350, y=120, label="Process", node_type="transform", port_positions=SIDEWAYS),
        DAGNode("save", x=600, y=120, label="Save", node_type="output", port_positions=SIDEWAYS),
        Edge("load", "process", color="#94a3b8"),
        Edge("process", "save", color="#94a3b8"),
        id=graph_id,
    )
    steps = [
        ExecutionStep("load", handler=gates["load"]),
        ExecutionStep("process", depends_on=["load"], handler=gates["process"]),
        ExecutionStep("save", depends_on=["process"], handler=gates["save"]),
    ]
    return editor, FlowExecutor(graph_id, steps), gates


def failing_flow(graph_id: str) -> tuple[FlowEditor, FlowExecutor]:
    """fetch -> parse -> store, of which `parse` fails."""

    def parse(context: dict[str, Any], inputs: dict[str, Any]) -> None:
        raise ValueError("line 7 is no number")

    editor = FlowEditor(
        Node("fetch", x=40, y=0, label="Fetch", node_type="tool"),
        Node("parse", x=40, y=130, label="Parse", node_type="code"),
        Node("store", x=40, y=260, label="Store", node_type="db"),
        Edge("fetch", "parse"),
        Edge("parse", "store"),
        id=graph_id,
    )
    steps = [
        ExecutionStep("fetch", duration=0),
        ExecutionStep("parse", depends_on=["fetch"], handler=parse),
        ExecutionStep("store", depends_on=["parse"], duration=0),
    ]
    return editor, FlowExecutor(graph_id, steps)
