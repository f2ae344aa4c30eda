"""Verdict: after the chaos, whether octopus kept what it promises. Every answer is a list of faults in words."""

import re
import time
from collections.abc import Sequence
from typing import Any

import httpx

from tests.chaos.faults import step_processes, supervisors
from tests.chaos.watcher import Watcher
from tests.support.api import ENDED
from tests.support.mlflow_store import MlflowStore
from tests.support.server import ServerProcess

_TICK = re.compile(r"tick (\d+) of (\d+)")
_GONE_LIMIT_S = 15.0


def faults_found(server: ServerProcess, watchers: Sequence[Watcher]) -> list[str]:
    """Everything that is not as it should be; empty: all promises are kept."""
    with server.client() as client:
        found = [fault for watcher in watchers for fault in _of_run(client, watcher)]
    return found + _left_processes(server) + _open_mlflow_runs(server)


def printed_lines(client: httpx.Client, run_id: str) -> int:
    """How many lines the run's attempts printed."""
    return sum(len(_log(client, run_id, step)) for step in _step_runs(client, run_id) if step["started_at"])


def attempted_ways(client: httpx.Client, run_id: str) -> list[str]:
    """The backend of each of the run's attempts that started."""
    return [step["backend"] for step in _step_runs(client, run_id) if step["backend"]]


def _of_run(client: httpx.Client, watcher: Watcher) -> list[str]:
    if watcher.run_id is None:
        return []
    answer = client.get(f"/api/runs/{watcher.run_id}")
    if answer.status_code != 200:
        return [f"run {watcher.run_id} was acknowledged and is gone: {answer.status_code}"]
    status = answer.json()["status"]
    found = list(watcher.contradictions)
    if status not in ENDED:
        found.append(f"run {watcher.run_id} has not ended: {status}")
    if status == "cancelled":
        found.append(f"run {watcher.run_id} was cancelled and nobody asked for it")
    if not watcher.is_over:
        found.append(f"run {watcher.run_id} has ended and its client was never told")
    for step in _step_runs(client, watcher.run_id):
        if step["started_at"] and step["status"] != "reused":
            found += _of_attempt(client, watcher, step)
    return found


def _of_attempt(client: httpx.Client, watcher: Watcher, step: dict[str, Any]) -> list[str]:
    assert watcher.run_id is not None
    name = f"run {watcher.run_id} {step['id']}.{step['iteration']}.{step['attempt']} ({step['status']})"
    lines = _log(client, watcher.run_id, step)
    found = []
    if [line["n"] for line in lines] != list(range(1, len(lines) + 1)):
        found.append(f"{name}: the numbers of its lines have gaps or repeat")
    ticks = [(int(match[1]), int(match[2])) for line in lines if (match := _TICK.fullmatch(line["text"]))]
    if [number for number, _ in ticks] != list(range(1, len(ticks) + 1)):
        found.append(f"{name}: a printed line is missing or doubled")
    if step["status"] == "succeeded" and (not ticks or len(ticks) != ticks[0][1]):
        found.append(f"{name}: {len(ticks)} of its lines are there")
    heard = watcher.lines.get((step["id"], step["iteration"], step["attempt"]), {})
    if heard != {line["n"]: line["text"] for line in lines}:
        found.append(f"{name}: its client heard {len(heard)} lines, the log has {len(lines)}")
    return found


def _step_runs(client: httpx.Client, run_id: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get(f"/api/runs/{run_id}/steps").json()["items"]
    return items


def _log(client: httpx.Client, run_id: str, step: dict[str, Any]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = []
    while True:
        answer = client.get(
            f"/api/runs/{run_id}/steps/{step['id']}/log",
            params={
                "iteration": step["iteration"],
                "attempt": step["attempt"],
                "after_line": len(lines),
                "limit": 1000,
            },
        )
        if answer.status_code != 200 or not answer.json()["lines"]:
            return lines
        lines += answer.json()["lines"]


def _left_processes(server: ServerProcess) -> list[str]:
    deadline = time.monotonic() + _GONE_LIMIT_S
    while left := step_processes(server.data_dir) + supervisors(server.data_dir):
        if time.monotonic() > deadline:
            return [f"processes are left: {left}"]
        time.sleep(0.1)
    return []


def _open_mlflow_runs(server: ServerProcess) -> list[str]:
    store = MlflowStore(server.data_dir / "mlflow.db")
    return [f"MLflow run {run.run_id} ({run.name}) is still RUNNING" for run in store.runs() if run.status == "RUNNING"]
