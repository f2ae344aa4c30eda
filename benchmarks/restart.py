"""A server is killed while 40 steps run, each a real `mlflow run`, and is started again: when are all followed?"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure
from tests.chaos.pipelines import pipeline, register_project, ticker
from tests.support.api import start_run, wait_for, wait_until_over
from tests.support.server import ServerProcess

STEPS = 40
GOAL_S = 5
_START_LIMIT_S = 600


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="octopus-bench-") as folder:
        environment = {"OCTOPUS_MAX_STEPS": str(STEPS), "OCTOPUS_STOP_STEPS": "false"}
        server = ServerProcess(Path(folder) / "data", environment).up()
        try:
            yield _restart(server)
        finally:
            server.clear()


def _restart(server: ServerProcess) -> Figure:
    with server.client() as client:
        register_project(client)
        steps = [ticker(f"talk{number}", 1_000_000, pause_s=5) for number in range(STEPS)]
        run_id = start_run(client, pipeline("Forty", steps, []))
        wait_for(client, run_id, lambda view: _running(view) == STEPS, _START_LIMIT_S)
        # Forty interpreters that import at once leave no processor for a server: all have printed before it is killed.
        for step in steps:
            while not client.get(f"/api/runs/{run_id}/steps/{step['id']}/log").json()["lines"]:
                time.sleep(0.5)
    server.kill()
    began = time.monotonic()
    server.up()
    with server.client() as client:
        while client.get("/api/health").json()["attempts"] < STEPS:
            time.sleep(0.01)
        took_s = time.monotonic() - began
        assert _running(client.get(f"/api/runs/{run_id}").json()) == STEPS
        client.post(f"/api/runs/{run_id}/cancel")
        wait_until_over(client, run_id)
    return Figure(f"restart with {STEPS} live attempts until all are followed", took_s, "s", GOAL_S)


def _running(view: dict[str, list[dict[str, str]]]) -> int:
    return sum(step["status"] == "running" for step in view["steps"])
