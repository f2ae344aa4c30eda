"""A tracking server that is ill: it speaks as much of MLflow's REST API as a run needs, or nothing sensible at all."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import urlsplit

Illness = Literal["none", "hangs", "500", "html"]
_INFO: dict[str, Any] = {
    "run_id": "r",
    "run_uuid": "r",
    "experiment_id": "1",
    "status": "RUNNING",
    "start_time": 1,
    "lifecycle_stage": "active",
    "artifact_uri": "mlflow-artifacts:/1/r/artifacts",
}


class IllMlflow(ThreadingHTTPServer):
    """`illness`: how it answers from now on. `created`: the runs it made. What hangs goes on once `illness` is set."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._illness: Illness = "none"
        self._changed = threading.Event()
        self.created: list[dict[str, Any]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def illness(self) -> Illness:
        return self._illness

    @illness.setter
    def illness(self, value: Illness) -> None:
        self._illness = value
        self._changed.set()
        self._changed = threading.Event()

    def close(self) -> None:
        self.illness = "none"
        self.shutdown()
        self.server_close()

    def answer(self, method: str, body: dict[str, Any]) -> tuple[int, str]:
        """Status and text."""
        if self._illness == "hangs":
            self._changed.wait(60)
            return 503, "it was too late"
        if self._illness == "500":
            return 500, '{"error_code": "INTERNAL_ERROR", "message": "out of order"}'
        if self._illness == "html":
            return 200, "<!doctype html><title>Log in</title>"
        return 200, json.dumps(_ANSWERS[method](self, body))

    def experiment(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"experiment": {"experiment_id": "1", "name": "e", "lifecycle_stage": "active"}}

    def create_run(self, body: dict[str, Any]) -> dict[str, Any]:
        self.created.append(body)
        return {"run": {"info": _INFO, "data": {"tags": body["tags"]}}}

    def search_runs(self, body: dict[str, Any]) -> dict[str, Any]:
        return {"runs": []}


_ANSWERS: dict[str, Callable[[IllMlflow, dict[str, Any]], dict[str, Any]]] = {
    "experiments/get-by-name": IllMlflow.experiment,
    "runs/create": IllMlflow.create_run,
    "runs/search": IllMlflow.search_runs,
}


class _Handler(BaseHTTPRequestHandler):
    server: IllMlflow

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        method = urlsplit(self.path).path.removeprefix("/api/2.0/mlflow/")
        status, text = self.server.answer(method, body)
        try:
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if text.startswith("<") else "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())
        except ConnectionError:
            self.close_connection = True

    do_GET = do_POST  # noqa: N815 - what http.server calls

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""
