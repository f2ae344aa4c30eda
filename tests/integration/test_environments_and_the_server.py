"""A Python environment under construction when a real server is stopped: nobody goes on building, and the next server
builds it for the step that still waits."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from octopus.execution.backends.process_tree import marked_processes
from tests.support.package_shelf import Shelf, open_shelf, project_with
from tests.support.server import ServerProcess
from tests.support.waiting import until

pytestmark = [pytest.mark.mlflow, pytest.mark.timeout(600)]

DOCUMENT = {"schema_version": 1, "name": "Own", "steps": [{"id": "show", "type": "demo/main"}]}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return open_shelf(tmp_path)


@pytest.fixture
def server(tmp_path: Path, shelf: Shelf) -> Iterator[ServerProcess]:
    """It does not come so far as to start a step."""
    server = ServerProcess(
        tmp_path / "data", {**shelf.variables, "OCTOPUS_STOP_STEPS": "false", "OCTOPUS_WARM": "false"}
    )
    yield server.up()
    server.clear()


@pytest.fixture
def next_server(server: ServerProcess, shelf: Shelf) -> Iterator[ServerProcess]:
    """On the same data; not started."""
    next_server = ServerProcess(server.data_dir, {**shelf.variables, "OCTOPUS_STOP_STEPS": "false"})
    yield next_server
    next_server.clear()


def answer(got: httpx.Response) -> Any:
    assert got.is_success, got.text
    return got.json()


def test_a_build_ends_with_its_server_and_begins_anew_with_the_next(
    tmp_path: Path, shelf: Shelf, server: ServerProcess, next_server: ServerProcess
) -> None:
    shelf.close_gate()
    project = project_with(tmp_path / "project", "only_here==1.0")
    with server.client() as client:
        answer(client.post("/api/projects", json={"path": str(project)}))
        run: str = answer(client.post("/api/runs", json={"document": DOCUMENT}))["id"]
        until(lambda: shelf.builds, "the package is being built")
    server.terminate()
    assert server.wait() == 0
    until(lambda: not marked_processes(server.data_dir / "environments"), "nobody builds any more")

    shelf.open_gate()
    next_server.up()
    with next_server.client() as client:
        until(lambda: answer(client.get(f"/api/runs/{run}"))["ended_at"], "the run has ended")
        (step,) = answer(client.get(f"/api/runs/{run}"))["steps"]
        assert (step["status"], step["reason"]) == ("succeeded", "")
        (line,) = answer(client.get(f"/api/runs/{run}/steps/show/log"))["lines"]
        assert line["text"].startswith(f"version 1.0 in {server.data_dir / 'environments'}")
        events = answer(client.get(f"/api/runs/{run}/events"))["items"]
    (started,) = [event for event in events if event["kind"] == "step.started"]
    assert (started["backend"], started["backend_reason"]) == ("cold", "the step has a Python environment of its own")
    assert shelf.builds == ["1.0", "1.0"]
