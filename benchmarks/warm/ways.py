"""The ways a pipeline is run: by a real `octopus serve` over HTTP, cold or warm, and without octopus."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import httpx

from benchmarks.warm.workloads import PROJECT, Document
from octopus.execution import attempt_files
from tests.support.api import RUN_LIMIT_S, wait_until_over
from tests.support.server import ServerProcess

Way = Literal["cold", "warm"]
_READY_LIMIT_S = 120.0
_LEFT_OUT = ("--run-id", "--storage-dir")
"""What octopus tells `mlflow run` and nobody else does: MLflow then makes the run itself."""


class WentAnotherWay(Exception):
    """Its text says which step did, and why: what was measured is not what was meant."""


def get_ready(client: httpx.Client, folder: Path) -> Path:
    """A copy of the small project in `folder`, which the server knows then; and the warm backend can be used. Raises
    AssertionError if it cannot."""
    project = Path(shutil.copytree(PROJECT, folder / "bench"))  # in no git repository: MLflow would ask that much
    answer = client.post("/api/projects", json={"path": str(project)})
    assert answer.status_code in (200, 201), answer.text
    until_warm(client)
    return project


def until_warm(client: httpx.Client) -> None:
    deadline = time.monotonic() + _READY_LIMIT_S
    while (backends := client.get("/api/health").json()["backends"])["warm"] != "ready":
        assert backends["warm"] == "starting", backends
        assert time.monotonic() < deadline, backends
        time.sleep(0.1)


def start(client: httpx.Client, document: Document, way: Way, *, force: bool = True) -> str:
    """Id of a new run whose steps all go that way. `force`: every one is executed."""
    answer = client.post("/api/runs", json={"document": document, "force": force, "backend": way})
    assert answer.status_code == 201, answer.text
    run_id: str = answer.json()["id"]
    return run_id


def by_octopus(client: httpx.Client, document: Document, way: Way, *, force: bool = True) -> tuple[str, float]:
    """(run id, seconds from the request to the end as a client hears of it). Raises WentAnotherWay, and AssertionError
    if it did not succeed."""
    began = time.perf_counter()
    run_id = start(client, document, way, force=force)
    with client.stream("GET", f"/api/runs/{run_id}/stream", timeout=RUN_LIMIT_S) as answer:
        for _ in answer.iter_lines():
            pass
    seconds = time.perf_counter() - began
    view = wait_until_over(client, run_id)
    assert view["status"] == "succeeded", view
    for step in view["steps"]:
        _check(step, way if force else None)
    return run_id, seconds


def executed_commands(data_dir: Path, run_id: str, project: Path) -> list[list[str]]:
    """The `mlflow run`s of a run that went cold, in the order in which they began, as a person would type them.
    `project`: in the place of the copy of it that an attempt had."""
    specs = sorted((data_dir / "attempts" / run_id).glob("*/spec.json"), key=lambda spec: spec.stat().st_mtime_ns)
    return [_typed(spec, project) for spec in specs]


def shell_loop(commands: Sequence[Sequence[str]], environment: Mapping[str, str]) -> float:
    """Seconds for all of them, one after the other, in bash."""
    script = "\n".join(["set -e", *map(shlex.join, commands)])
    return timed(["bash", "-c", script], environment)


def timed(argv: Sequence[str], environment: Mapping[str, str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(argv, env=dict(environment), stdin=subprocess.DEVNULL, capture_output=True, text=True)
    seconds = time.perf_counter() - began
    assert done.returncode == 0, done.stderr[-4000:]
    return seconds


def environment_by_hand(server: ServerProcess) -> dict[str, str]:
    """The same MLflow store as octopus', and MLflow as quiet."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("OCTOPUS_", "MLFLOW_"))}
    return {
        **inherited,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "MLFLOW_TRACKING_URI": f"sqlite:///{server.data_dir / 'mlflow.db'}",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_LOGGING_LEVEL": "ERROR",
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    }


def _typed(spec: Path, project: Path) -> list[str]:
    """An unconnected input is an empty text where nobody says so in the environment."""
    unconnected = str(spec.parent / attempt_files.UNCONNECTED)
    kept = [str(word).removesuffix(unconnected) for word in json.loads(spec.read_text())["argv"]]
    kept = [str(project) if word == str(spec.parent / attempt_files.PROJECT) else word for word in kept]
    for option in _LEFT_OUT:
        place = kept.index(option)
        del kept[place : place + 2]
    return kept


def _check(step: dict[str, Any], way: Way | None) -> None:
    """`way` None: it was not to be executed."""
    if step["status"] == "skipped":
        return
    assert step["status"] == ("reused" if way is None else "succeeded"), step
    if way is not None and step["backend"] != way:
        raise WentAnotherWay(f"{step['id']} went {step['backend']}: {step['backend_reason']}")
