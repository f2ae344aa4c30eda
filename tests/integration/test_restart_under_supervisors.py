"""Runs whose server ends while real supervisors go on; a script stands in for `mlflow run`, MLflow itself is a fake."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from octopus.execution.backends.cold import ColdBackend
from octopus.execution.backends.process_tree import marked_processes
from tests.fakes.tracking import InMemoryTracking
from tests.support.drawings import CATALOG, Json, drawing, edge, step
from tests.support.engine_room import EngineRoom, settings_for, step_of

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

STEP = """#!/bin/bash
echo "$OCTOPUS_STEP_ID begins"
touch "{folder}/began.$OCTOPUS_RUN_ID.$OCTOPUS_STEP_ID"
while [ ! -e "{folder}/go" ]; do read -r -t 0.2 _ < <(sleep 1) ; done
echo "a,b" > "$OCTOPUS_OUTPUTS/data.csv"
echo "$OCTOPUS_STEP_ID ends"
"""
LIVE = 40


@asynccontextmanager
async def supervised_room(folder: Path, **settings: object) -> AsyncIterator[EngineRoom]:
    bin_dir = folder / "bin"
    bin_dir.mkdir()
    (bin_dir / "mlflow").write_text(STEP.format(folder=folder))
    (bin_dir / "mlflow").chmod(0o755)
    chosen = settings_for(folder, bin_dir=bin_dir, **settings)
    room = EngineRoom(folder, chosen, CATALOG, InMemoryTracking(folder / "artifacts"), ColdBackend(bin_dir))
    await room.runs.open()
    try:
        yield room
    finally:
        await room.runs.shutdown(0.5)


def pair() -> Json:
    return drawing([step("load", "source"), step("clean", "pass_on")], [edge("load.data -> clean.data")])


async def until_begun(room: EngineRoom, count: int) -> None:
    async with asyncio.timeout(200):
        while True:
            if len(list(room.folder.glob("began.*"))) >= count:
                return
            await asyncio.sleep(0.05)


async def restart(room: EngineRoom, *, crash: bool) -> None:
    """A new server knows nothing of the old one's processes."""
    await room.stop(crash=crash)
    room.backend = ColdBackend(room.settings.bin_dir)
    room.runs = room.another_server()
    await room.runs.open()


@pytest.mark.parametrize("crash", [False, True], ids=["in good order", "at once"])
async def test_a_step_goes_on_and_every_line_of_it_is_there_once(tmp_path: Path, crash: bool) -> None:
    async with supervised_room(tmp_path) as room:
        run_id = await room.start(pair())
        await until_begun(room, 1)
        await restart(room, crash=crash)
        await room.until(run_id, lambda state: step_of(state, "load").status == "running")
        (tmp_path / "go").touch()
        state = await room.over(run_id)
        assert (state.status, [view.status for view in state.steps]) == ("succeeded", ["succeeded"] * 2)
        assert [(line.n, line.text) for line in room.lines(run_id, "load")] == [(1, "load begins"), (2, "load ends")]
        assert marked_processes(room.settings.attempts_dir) == set()


async def test_forty_live_attempts_that_ended_meanwhile_are_settled_at_once(tmp_path: Path) -> None:
    document = drawing([step(f"s{n}", "source", rows=n + 1) for n in range(4)])
    async with supervised_room(tmp_path, max_steps=LIVE) as room:
        runs = [await room.start(document) for _ in range(LIVE // 4)]
        await until_begun(room, LIVE)
        await room.stop(crash=True)
        (tmp_path / "go").touch()
        async with asyncio.timeout(100):
            while True:
                if not await asyncio.to_thread(marked_processes, room.settings.attempts_dir):
                    break
                await asyncio.sleep(0.1)
        began = asyncio.get_running_loop().time()
        await restart(room, crash=True)
        for run_id in runs:
            assert (await room.over(run_id)).status == "succeeded"
        assert asyncio.get_running_loop().time() - began < 50  # 0.5 s was measured


async def test_a_run_is_cancelled_with_its_processes_after_a_restart(tmp_path: Path) -> None:
    async with supervised_room(tmp_path) as room:
        run_id = await room.start(pair())
        await until_begun(room, 1)
        await restart(room, crash=True)
        await room.runs.cancel(run_id)
        state = await room.over(run_id)
        assert (state.status, {view.status for view in state.steps}) == ("cancelled", {"cancelled"})
        assert marked_processes(room.settings.attempts_dir) == set()
