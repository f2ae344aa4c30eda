"""While a run goes on its pipeline is edited and deleted, the machine's clock jumps, its step has too little memory."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from octopus.execution import clock
from octopus.execution.backends.cold import ColdBackend
from octopus.execution.reasons import failure_reason
from tests.api.world import ENDED, World, document, open_world, step
from tests.fakes.instant_backend import Act
from tests.support.acting import HANGING, act, let_go
from tests.support.attempts import Stage, alive
from tests.support.drawings import CATALOG, drawing
from tests.support.drawings import step as fake_step
from tests.support.engine_room import instant_engine_room

HOUR = timedelta(hours=1)


def started(world: World, pipeline_id: str) -> str:
    """Id of a run of the saved pipeline whose step goes on until it is let go."""
    world.acts["load"] = Act(hangs=True, outputs={"data.csv": "a\n1\n"})
    answer = world.post("/api/runs", {"pipeline_id": pipeline_id})
    assert answer.status_code == 201, answer.text
    run_id: str = answer.json()["id"]
    world.wait_for(run_id, lambda view: view["steps"][0]["status"] == "running")
    return run_id


def let_end(world: World, run_id: str) -> str:
    """How the run ended."""
    assert world.client.portal is not None
    world.client.portal.call(world.backend.let_go)
    return str(world.wait_for(run_id, lambda view: view["status"] in ENDED)["status"])


def test_a_run_ends_as_it_began_though_its_pipeline_is_edited_and_deleted(tmp_path: Path) -> None:
    with open_world(tmp_path) as world:
        saved = world.save(document(step("load"), name="Before"))
        address = f"/api/pipelines/{saved['id']}"
        run_id = started(world, saved["id"])
        edited = {"document": document(step("other"), name="After")}
        answer = world.client.put(address, json=edited, headers={"If-Match": f'"{saved["version"]}"'})
        assert answer.status_code == 200, answer.text
        answer = world.client.delete(address, headers={"If-Match": f'"{saved["version"] + 1}"'})
        assert answer.status_code == 204, answer.text
        assert let_end(world, run_id) == "succeeded"
        run = world.client.get(f"/api/runs/{run_id}").json()
        assert [one["id"] for one in run["steps"]] == ["load"]
        assert world.client.get(f"/api/runs/{run_id}/steps/load/log").status_code == 200


@pytest.mark.anyio
@pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forwards", "backwards"])
async def test_a_jump_of_the_clock_ends_nothing_and_no_event_is_earlier_than_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    ahead = timedelta()

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + ahead

    monkeypatch.setattr(clock, "datetime", Shifted)
    limited = drawing(
        [{**fake_step("load", "source"), "policy": {"timeout_s": 600}}, fake_step("other", "source", rows=2)],
        settings={"timeout_s": 900},
    )
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING)) as room:
        run_id = await room.start(limited)
        await room.until_printed(run_id, "load", "here")
        await room.until(run_id, lambda state: [one.status for one in state.steps] == ["running", "succeeded"])
        ahead = jump
        await asyncio.sleep(0.3)
        assert (await room.runs.view(run_id)).status == "running"
        let_go(room)
        assert (await room.over(run_id)).status == "succeeded"
        moments = [event.at for event in room.events(run_id)]
        assert moments == sorted(moments)


@pytest.mark.anyio
async def test_a_step_without_memory_fails_and_says_so(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    spec = stage.spec(f"ulimit -v 300000; {sys.executable} -c 'bytearray(10**9)'")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    end = await asyncio.wait_for(attempt.wait(), 60)
    assert failure_reason(end) == "exit code 1: MemoryError"
    assert alive(spec) == []
