"""Retries, time limits, the queue and the disk: what bounds a run."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from octopus.domain.errors import DiskNearlyFull, StorageUnavailable
from octopus.domain.event import RunStarted, StepRetrying
from octopus.execution.disk import NO_MORE_LOGS_BYTES, NO_NEW_RUNS_BYTES
from octopus.execution.following import LIMIT_MARGIN_S
from tests.fakes.instant_backend import Act, InstantAttempt, InstantBackend
from tests.support.acting import GOOD, HANGING, act, in_turn, let_go, mlflow_runs, started
from tests.support.drawings import CATALOG, Json, drawing, edge, step
from tests.support.engine_room import EngineRoom, instant_engine_room, step_of

pytestmark = pytest.mark.anyio


def one(**policy: object) -> Json:
    return drawing([{**step("load", "source"), "policy": policy}])


def retries(room: EngineRoom, run_id: str) -> list[StepRetrying]:
    return [event for event in room.events(run_id) if isinstance(event, StepRetrying)]


async def test_a_failed_step_is_tried_again_with_an_mlflow_run_and_a_log_of_its_own(tmp_path: Path) -> None:
    acts = in_turn(Act(exit_code=3, stdout=("first",)), Act(lost=True, exit_code=None), Act(stdout=("third",)))
    async with instant_engine_room(tmp_path, CATALOG, acts) as room:
        state = await room.run(one(retries=2, retry_delay_s=0.05))
        load = step_of(state, "load")
        assert (state.status, load.status, load.attempt) == ("succeeded", "succeeded", 3)
        assert [event.next_attempt for event in retries(room, state.id)] == [2, 3]
        assert [run.new.tags.get("octopus.attempt") for run in mlflow_runs(room)] == [None, "1", "2", "3"]
        assert [run.status for run in mlflow_runs(room)] == ["FINISHED", "FAILED", "FAILED", "FINISHED"]
        assert [line.text for line in room.logs.read(state.id, "load", 1, 3, 0, 10)] == ["third"]


async def test_the_last_attempts_failure_is_the_steps(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(load=Act(exit_code=3))) as room:
        state = await room.run(one(retries=1, retry_delay_s=0))
        assert (state.status, step_of(state, "load").status, len(started(room))) == ("failed", "failed", 2)


async def test_a_step_is_queued_while_its_back_off_lasts_and_holds_no_slot(tmp_path: Path) -> None:
    acts = act(load=Act(exit_code=3))
    async with instant_engine_room(tmp_path, CATALOG, acts, max_steps=1) as room:
        run_id = await room.start(one(retries=1, retry_delay_s=60))
        await room.until(run_id, lambda _: bool(retries(room, run_id)))
        assert step_of(await room.runs.view(run_id), "load").status == "queued"
        assert (await room.run(drawing([step("other", "gather")]))).status == "succeeded"
        await room.runs.cancel(run_id)
        assert (await room.over(run_id)).status == "cancelled"


async def test_an_attempt_that_takes_too_long_is_timed_out(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING)) as room:
        state = await room.run(one(timeout_s=0.2))
        load = step_of(state, "load")
        assert (load.status, load.reason) == ("timed_out", "reached its time limit of 0.2 s")
        assert [run.status for run in mlflow_runs(room)] == ["FAILED", "FAILED"]


class WithoutLimits(InstantBackend):
    """Its supervisors take no notice of time limits."""

    async def start(self, spec: object, log_grew: object) -> InstantAttempt:
        return await super().start(replace(spec, timeout_s=None), lambda: None)  # type: ignore[type-var]


async def test_the_server_keeps_a_time_limit_that_nobody_else_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("octopus.execution.attempt.LIMIT_MARGIN_S", 0.05)
    assert LIMIT_MARGIN_S > 1
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        room.backend = WithoutLimits(act(load=HANGING))
        room.runs = room.another_server()
        await room.runs.open()
        assert step_of(await room.run(one(timeout_s=0.1)), "load").status == "timed_out"


async def test_a_run_that_takes_too_long_fails_and_everything_of_it_is_ended(tmp_path: Path) -> None:
    document = drawing(
        [step("load", "source"), step("clean", "pass_on")],
        [edge("load.data -> clean.data")],
        settings={"timeout_s": 0.2},
    )
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING)) as room:
        state = await room.run(document)
        assert (state.status, state.reason) == ("failed", "the run reached its time limit of 0.2 s")
        assert {view.status for view in state.steps} == {"cancelled"}
        assert "RUNNING" not in [run.status for run in mlflow_runs(room)]


async def test_fifty_runs_at_once_share_two_slots_in_their_order_and_all_end(tmp_path: Path) -> None:
    class Counting(InstantBackend):
        running = most = 0

        async def start(self, spec: object, log_grew: object) -> InstantAttempt:
            self.running += 1
            self.most = max(self.most, self.running)
            attempt = await super().start(spec, lambda: None)  # type: ignore[arg-type]
            attempt._end.add_done_callback(lambda _: self._less())
            return attempt

        def _less(self) -> None:
            self.running -= 1

    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        counting = room.backend = Counting(lambda spec: Act(outputs={"data.csv": spec.env["OCTOPUS_RUN_ID"]}))
        room.runs = room.another_server()
        await room.runs.open()
        runs = [await room.start(drawing([step("load", "source", rows=n + 1)])) for n in range(50)]
        states = [await room.over(run_id) for run_id in runs]
        assert {state.status for state in states} == {"succeeded"}
        assert counting.most == 2
        admitted = [next(e.at for e in room.events(run_id) if isinstance(e, RunStarted)) for run_id in runs]
        assert all(
            one <= later for one, later in zip(admitted, admitted[room.settings.max_active_runs :], strict=False)
        )


async def test_max_parallel_bounds_a_run_below_the_slots(tmp_path: Path) -> None:
    document = drawing([step("a", "source"), step("b", "source", rows=2)], settings={"max_parallel": 1})
    async with instant_engine_room(tmp_path, CATALOG, act(a=HANGING)) as room:
        run_id = await room.start(document)
        await room.until_printed(run_id, "a", "here")
        assert step_of(await room.runs.view(run_id), "b").status == "queued"
        let_go(room)
        assert (await room.over(run_id)).status == "succeeded"


async def test_a_nearly_full_disk_takes_no_new_run(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        room.free_bytes = NO_NEW_RUNS_BYTES - 1
        with pytest.raises(DiskNearlyFull, match="1023 MiB"):
            await room.start(one())
        room.free_bytes = NO_NEW_RUNS_BYTES
        assert (await room.run(one())).status == "succeeded"


async def test_on_a_very_full_disk_steps_print_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octopus.execution.runs.LOOK_EVERY_S", 0.01)
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING)) as room:
        run_id = await room.start(one())
        await room.until_printed(run_id, "load", "here")
        cap = room.settings.attempts_dir / run_id / "load.1.1" / "cap"
        assert not cap.exists()
        room.free_bytes = NO_MORE_LOGS_BYTES - 1
        await room.until(run_id, lambda _: cap.exists())
        room.free_bytes = 2**40
        let_go(room)
        assert (await room.over(run_id)).status == "succeeded"


async def test_a_background_loop_that_fails_goes_on(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(load=GOOD), closing_retry_s=0.01) as room:
        failed = asyncio.Event()
        retry = room.runs._host.closings.retry

        async def once() -> None:
            if not failed.is_set():
                failed.set()
                raise RuntimeError("a bug")
            await retry()

        await room.runs.background.stop()
        room.runs.background.start("closings", 0.01, once)
        await asyncio.wait_for(failed.wait(), 10)
        age_s = room.runs.background.ages_s()["closings"]
        async with asyncio.timeout(20):
            while True:
                if room.runs.background.ages_s()["closings"] < age_s or age_s < 0.005:
                    break
                age_s = room.runs.background.ages_s()["closings"]
                await asyncio.sleep(0.01)


async def test_a_database_that_is_away_when_a_result_is_looked_up_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        asked = asyncio.Event()
        found = room.store.results.with_fingerprint

        async def away(value: str) -> object:
            if not asked.is_set():
                asked.set()
                raise StorageUnavailable("The database is away.")
            return await found(value)

        monkeypatch.setattr(room.store.results, "with_fingerprint", away)
        assert (await room.run(one())).status == "succeeded"
        assert asked.is_set()
