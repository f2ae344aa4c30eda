"""A tracking server that is away, hangs, fails or answers with a login page: what it costs, and what a run says."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from octopus.domain.errors import TrackingUnavailable
from octopus.domain.tracking import NewRun
from octopus.tracking.client import TrackingClient
from tests.fakes.tracking import InMemoryTracking
from tests.support.acting import HANGING, act, let_go, mlflow_runs
from tests.support.drawings import CATALOG, drawing, edge, step
from tests.support.engine_room import instant_engine_room, step_of
from tests.support.ill_mlflow import IllMlflow, Illness
from tests.support.server import free_port

pytestmark = pytest.mark.anyio

CHAIN = drawing([step("load", "source"), step("clean", "pass_on")], [edge("load.data -> clean.data")])
NEW = NewRun(key="k", experiment="e", name="n")
CALLS_AT_ONCE = 40
CALL_THREADS = 8
"""What the worker has for calls, however many hang."""


@pytest.fixture(scope="module")
def mlflow() -> Iterator[IllMlflow]:
    with closing(IllMlflow()) as server:
        yield server


@pytest.fixture(scope="module")
async def tracking(mlflow: IllMlflow, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TrackingClient]:
    folder = tmp_path_factory.mktemp("tracking")
    client = TrackingClient(
        tracking_uri=mlflow.url,
        artifact_root=folder / "artifacts",
        state_dir=folder / "state",
        environment=os.environ,
    )
    await client.start()
    await client.create_run(NEW)
    yield client
    await client.stop()


def threads(tracking: TrackingClient) -> int:
    """Of the worker."""
    assert tracking.worker_pid is not None
    return psutil.Process(tracking.worker_pid).num_threads()


@pytest.mark.parametrize("illness", ["500", "html"])
async def test_a_server_that_answers_nonsense_is_unavailable_and_later_all_is_well(
    tracking: TrackingClient, mlflow: IllMlflow, illness: Illness
) -> None:
    mlflow.illness = illness
    with pytest.raises(TrackingUnavailable, match="create_run"):
        await tracking.create_run(NEW)
    mlflow.illness = "none"
    assert (await tracking.create_run(NEW)).run_id == "r"


async def test_a_server_that_hangs_is_not_waited_for_and_costs_no_threads(
    tracking: TrackingClient, mlflow: IllMlflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracking, "_call_timeout_s", 0.5)
    before = threads(tracking)
    mlflow.illness = "hangs"
    calls = [tracking.create_run(NEW) for _ in range(CALLS_AT_ONCE)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert {str(answer) for answer in answers} == {"MLflow did not answer create_run in time."}
    assert threads(tracking) - before <= CALL_THREADS
    mlflow.illness = "none"
    monkeypatch.undo()
    assert (await tracking.create_run(NEW)).run_id == "r"


async def test_an_outage_within_the_budget_is_waited_for(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING)) as room:
        assert isinstance(room.tracking, InMemoryTracking)
        room.settings = replace(room.settings, tracking_budget_s=60.0)
        room.runs = room.another_server()
        await room.runs.open()
        room.tracking.is_down = True
        run_id = await room.start(CHAIN)
        await asyncio.sleep(0.3)
        assert (await room.runs.view(run_id)).status == "queued"
        room.tracking.is_down = False
        await room.until_printed(run_id, "load", "here")
        room.tracking.is_down = True
        let_go(room)
        await asyncio.sleep(0.3)
        assert step_of(await room.runs.view(run_id), "load").status == "running"
        room.tracking.is_down = False
        assert (await room.over(run_id)).status == "succeeded"
        assert [run.status for run in mlflow_runs(room)] == ["FINISHED"] * 3


async def test_nobody_there_is_unavailable_in_words(tmp_path: Path) -> None:
    client = TrackingClient(
        tracking_uri=f"http://127.0.0.1:{free_port()}",
        artifact_root=tmp_path / "artifacts",
        state_dir=tmp_path / "state",
        environment=os.environ,
    )
    await client.start()
    try:
        with pytest.raises(TrackingUnavailable, match="create_run"):
            await client.create_run(NEW)
    finally:
        await client.stop()
