"""The tracking client when its worker is not there, does not start or dies."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from octopus.domain.errors import TrackingUnavailable
from octopus.domain.tracking import NewRun
from octopus.tracking.client import TrackingClient

pytestmark = pytest.mark.anyio

NEW = NewRun(key="k", experiment="e", name="n")


def client(folder: Path, tracking_uri: str, **changes: float) -> TrackingClient:
    return TrackingClient(
        tracking_uri=tracking_uri,
        artifact_root=folder / "artifacts",
        state_dir=folder / "state",
        environment=os.environ,
        **changes,
    )


async def test_without_a_worker_a_call_fails_at_once(tmp_path: Path) -> None:
    tracking = client(tmp_path, "sqlite:////nowhere/mlflow.db")
    assert tracking.state == "off"
    with pytest.raises(TrackingUnavailable, match="not running"):
        await tracking.create_run(NEW)


async def test_a_store_that_cannot_be_opened_is_named_and_the_worker_ends_with_the_server(tmp_path: Path) -> None:
    tracking = client(tmp_path, "sqlite://", start_timeout_s=60)
    await tracking.start()
    assert tracking.state == "starting"
    try:
        with pytest.raises(TrackingUnavailable, match="must be a file"):
            await first_trouble(tracking)
    finally:
        await tracking.stop()
    assert tracking.state == "off"


async def first_trouble(tracking: TrackingClient) -> None:
    """Calls until the worker has tried once to open its store."""
    while True:
        tracking._start_timeout_s = 0.2
        try:
            await tracking.create_run(NEW)
        except TrackingUnavailable as error:
            if "must be" in error.detail:
                raise


def test_the_servers_process_does_not_import_mlflow() -> None:
    code = "import octopus.tracking.client, octopus.execution.runs, sys; print('mlflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


async def test_a_page_of_a_remote_server_is_on_that_server(tmp_path: Path) -> None:
    tracking = client(tmp_path, "https://mlflow.example.org/")
    assert await tracking.run_url("1", "abc") == "https://mlflow.example.org/#/experiments/1/runs/abc"
