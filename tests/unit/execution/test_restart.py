"""A server that ends, in good order or at once, and the next one: what goes on, what is started, what is ended."""

import asyncio
import itertools
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from octopus.domain.event import StepRetrying, StepStarted
from octopus.execution.backends.protocol import AttemptSpec
from octopus.execution.restoring import SERVER_STOPPED
from tests.fakes.instant_backend import Act, InstantAttempt, InstantBackend
from tests.fakes.tracking import InMemoryTracking
from tests.support.acting import GOOD, HANGING, act, argument, in_turn, let_go, mlflow_runs, started, steps_started
from tests.support.drawings import CATALOG, drawing, edge, step
from tests.support.engine_room import EngineRoom, instant_engine_room, step_of

pytestmark = pytest.mark.anyio

CHAIN = drawing([step("load", "source"), step("clean", "pass_on")], [edge("load.data -> clean.data")])
PAIR = drawing([step("a", "source"), step("b", "source")])
either_way = pytest.mark.parametrize("crash", [False, True], ids=["in good order", "at once"])


def policy(**values: object) -> dict[str, object]:
    return {"policy": values}


async def until_running(room: EngineRoom, run_id: str, *steps: str) -> None:
    await room.until(run_id, lambda state: all(step_of(state, name).status == "running" for name in steps))


def statuses(room: EngineRoom) -> list[str]:
    return [run.status for run in mlflow_runs(room)]


@either_way
async def test_a_step_goes_on_while_there_is_no_server_and_the_next_one_follows_it(tmp_path: Path, crash: bool) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING)) as room:
        run_id = await room.start(CHAIN)
        await until_running(room, run_id, "load")
        await room.restart(crash=crash)
        await until_running(room, run_id, "load")
        assert statuses(room) == ["RUNNING", "RUNNING"]
        let_go(room)
        state = await room.over(run_id)
        assert (state.status, [s.status for s in state.steps]) == ("succeeded", ["succeeded", "succeeded"])
        assert statuses(room) == ["FINISHED"] * 3
        load, clean = started(room)
        assert argument(clean, "data") == Path(load.env["OCTOPUS_OUTPUTS"], "data.csv")
        stored = await room.store.events(run_id)
        assert [event.seq for event in stored] == list(range(1, len(stored) + 1))
        assert Counter(e.step_id for e in stored if isinstance(e, StepStarted)) == {"load": 1, "clean": 1}


@either_way
async def test_a_step_that_ended_meanwhile_is_settled_and_what_follows_gets_its_value(
    tmp_path: Path, crash: bool
) -> None:
    document = drawing(
        [step("load", "source"), step("slow", "pass_on"), step("last", "join")],
        [edge("load.data -> slow.data"), edge("load.data -> last.data"), edge("slow.data -> last.data")],
    )
    async with instant_engine_room(tmp_path, CATALOG, act(slow=HANGING)) as room:
        run_id = await room.start(document)
        await until_running(room, run_id, "slow")
        await room.stop(crash=crash)
        let_go(room)
        await asyncio.sleep(0)
        room.runs = room.another_server()
        await room.runs.open()
        state = await room.over(run_id)
        assert state.status == "succeeded", state
        load, slow, last = started(room)
        outputs = [Path(spec.env["OCTOPUS_OUTPUTS"], "data.csv") for spec in (load, slow)]
        assert f'data=["{outputs[0]}", "{outputs[1]}"]' in last.argv


@either_way
async def test_an_attempt_that_waited_for_a_slot_is_started_once_after_those_that_run(
    tmp_path: Path, crash: bool
) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(a=HANGING, b=GOOD), max_steps=1) as room:
        run_id = await room.start(PAIR)
        await until_running(room, run_id, "a")
        await room.restart(crash=crash)
        await until_running(room, run_id, "a")
        later = await room.start(drawing([step("c", "source")]))
        await room.until(later, lambda state: step_of(state, "c").status == "queued")
        assert steps_started(room) == ["a"]
        let_go(room)
        assert (await room.over(run_id)).status == "succeeded"
        assert (await room.over(later)).status == "succeeded"
        assert sorted(steps_started(room)) == ["a", "b", "c"]
        assert len(mlflow_runs(room)) == 5


class NeverStarting(InstantBackend):
    """`start` does not come back: as if the server died just then."""

    is_stuck = True

    async def start(self, spec: AttemptSpec, log_grew: object) -> InstantAttempt:
        if self.is_stuck:
            await asyncio.Event().wait()
        return await super().start(spec, lambda: None)


@either_way
async def test_an_attempt_that_was_prepared_and_never_began_is_started_with_the_same_mlflow_run(
    tmp_path: Path, crash: bool
) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        stuck = room.backend = NeverStarting(act())
        room.runs = room.another_server()
        await room.runs.open()
        run_id = await room.start(drawing([step("load", "source")]))
        await room.until(run_id, lambda _: (room.settings.attempts_dir / run_id / "load.1.1" / "spec.json").exists())
        stuck.is_stuck = False
        await room.restart(crash=crash)
        assert (await room.over(run_id)).status == "succeeded"
        assert len(started(room)) == 1
        assert statuses(room) == ["FINISHED", "FINISHED"]


@either_way
async def test_a_back_off_goes_on_and_the_next_attempt_is_made(tmp_path: Path, crash: bool) -> None:
    document = drawing([{**step("load", "source"), **policy(retries=1, retry_delay_s=0.2)}])
    async with instant_engine_room(tmp_path, CATALOG, in_turn(Act(exit_code=3), GOOD)) as room:
        run_id = await room.start(document)
        await room.until(run_id, lambda _: any(isinstance(e, StepRetrying) for e in room.events(run_id)))
        await room.restart(crash=crash)
        state = await room.over(run_id)
        assert (state.status, step_of(state, "load").attempt) == ("succeeded", 2)
        assert len(started(room)) == 2


async def test_a_run_can_be_cancelled_as_soon_as_the_server_is_back(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING)) as room:
        run_id = await room.start(CHAIN)
        await until_running(room, run_id, "load")
        await room.restart()
        await room.runs.cancel(run_id)
        state = await room.over(run_id)
        assert (state.status, {s.status for s in state.steps}) == ("cancelled", {"cancelled"})
        assert set(statuses(room)) == {"KILLED"}


class Deaf(InstantBackend):
    """`cancel` takes for ever, until it is let go."""

    async def start(self, spec: AttemptSpec, log_grew: object) -> InstantAttempt:
        attempt = await super().start(spec, lambda: None)
        stop = attempt.cancel

        async def cancel(grace_s: float) -> None:
            if self.is_deaf:
                await asyncio.Event().wait()
            await stop(grace_s)

        attempt.cancel = cancel  # type: ignore[method-assign]
        return attempt

    is_deaf = True


async def test_a_cancel_that_was_under_way_is_carried_on(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act()) as room:
        deaf = room.backend = Deaf(act(load=HANGING))
        room.runs = room.another_server()
        await room.runs.open()
        run_id = await room.start(CHAIN)
        await until_running(room, run_id, "load")
        await room.runs.cancel(run_id)
        await room.until(run_id, lambda state: state.status == "cancelling")
        deaf.is_deaf = False
        await room.restart(crash=True)
        state = await room.over(run_id)
        assert (state.status, {s.status for s in state.steps}) == ("cancelled", {"cancelled"})


async def test_a_runs_time_limit_counts_the_time_without_a_server(tmp_path: Path) -> None:
    document = drawing([step("load", "source")], settings={"timeout_s": 0.5})
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING)) as room:
        run_id = await room.start(document)
        await until_running(room, run_id, "load")
        await room.stop()
        await asyncio.sleep(0.6)
        room.runs = room.another_server()
        await room.runs.open()
        state = await room.over(run_id)
        assert (state.status, state.reason) == ("failed", "the run reached its time limit of 0.5 s")


async def test_a_step_is_followed_before_mlflow_answers(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING)) as room:
        assert isinstance(room.tracking, InMemoryTracking)
        run_id = await room.start(CHAIN)
        await until_running(room, run_id, "load")
        room.tracking.is_down = True
        grown = room.audience.growths.get(run_id, 0)
        await room.restart()
        await room.until(run_id, lambda _: room.runs._host.slots.in_use == 1)
        assert grown == 1
        room.tracking.is_down = False
        let_go(room)
        assert (await room.over(run_id)).status == "succeeded"


async def test_runs_that_waited_go_on_in_their_order(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(a=HANGING, b=HANGING), max_active_runs=1) as room:
        first = await room.start(PAIR)
        await until_running(room, first, "a", "b")
        waiting = [await room.start(CHAIN) for _ in range(3)]
        await room.restart()
        waiting.append(await room.start(CHAIN))
        let_go(room)
        for run_id in (first, *waiting):
            assert (await room.over(run_id)).status == "succeeded"
        began = sorted(waiting, key=lambda run_id: str(room.events(run_id)[1].at))
        assert began == waiting


async def test_a_run_without_a_plan_is_ended_and_mlflow_closed(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING)) as room:
        run_id = await room.start(CHAIN)
        await until_running(room, run_id, "load")
        await room.stop(crash=True)
        room.store._records[run_id] = room.store._records[run_id].model_copy(update={"plan": None})
        room.runs = room.another_server()
        await room.runs.open()
        state = await room.over(run_id)
        load, clean = state.steps
        assert (state.status, state.reason) == ("failed", SERVER_STOPPED)
        assert (load.status, clean.status) == ("lost", "skipped")
        assert statuses(room) == ["FAILED", "FAILED"]


async def test_forty_live_attempts_are_all_found_again(tmp_path: Path) -> None:
    document = drawing([step(f"s{n}", "source") for n in range(4)])
    async with instant_engine_room(tmp_path, CATALOG, lambda _: HANGING, max_steps=40) as room:
        runs = [await room.start(document) for _ in range(10)]
        for run_id in runs:
            await until_running(room, run_id, "s0", "s1", "s2", "s3")
        await room.stop(crash=True)
        let_go(room)
        began = asyncio.get_running_loop().time()
        room.runs = room.another_server()
        await room.runs.open()
        for run_id in runs:
            assert (await room.over(run_id)).status == "succeeded"
        assert asyncio.get_running_loop().time() - began < 50
        assert len(started(room)) == 40


async def test_a_run_restarted_many_times_ends_as_if_nothing_had_been(tmp_path: Path) -> None:
    names = [f"s{n}" for n in range(6)]
    edges = [edge(f"{one}.data -> {other}.data") for one, other in itertools.pairwise(names)]
    document = drawing([step("s0", "source"), *(step(name, "pass_on") for name in names[1:])], edges)

    def own_output(spec: AttemptSpec) -> Act:
        return Act(hangs=True, outputs={"data.csv": spec.env["OCTOPUS_STEP_ID"]})

    async with instant_engine_room(tmp_path, CATALOG, own_output) as room:
        run_id = await room.start(document)
        for n, name in enumerate(names):
            await until_running(room, run_id, name)
            await room.restart(crash=n % 2 == 0)
            let_go(room)
        assert (await room.over(run_id)).status == "succeeded"
        assert steps_started(room) == names
        assert statuses(room) == ["FINISHED"] * 7


async def test_a_step_whose_attempt_left_nothing_is_lost_and_not_run_again(tmp_path: Path) -> None:
    async with instant_engine_room(tmp_path, CATALOG, act(load=HANGING)) as room:
        run_id = await room.start(CHAIN)
        await until_running(room, run_id, "load")
        await room.stop(crash=True)
        room.backend = InstantBackend(act())
        await asyncio.to_thread(shutil.rmtree, room.settings.attempts_dir / run_id)
        room.runs = room.another_server()
        await room.runs.open()
        state = await room.over(run_id)
        assert (state.status, step_of(state, "load").status, started(room)) == ("failed", "lost", [])
        assert "RUNNING" not in statuses(room)


def looping(hangs_in: int) -> Callable[[AttemptSpec], Act]:
    """`check` sends its value back until the third iteration; `work` hangs in one."""

    def acts(spec: AttemptSpec) -> Act:
        name, iteration = spec.env["OCTOPUS_STEP_ID"], int(spec.env["OCTOPUS_ITERATION"])
        if name == "check":
            return Act(outputs={"left" if iteration == 3 else "right": f"checked {iteration}"})
        return Act(outputs={"data": f"{name} {iteration}"}, hangs=name == "work" and iteration == hangs_in)

    return acts


@pytest.mark.parametrize("hangs_in", [1, 2, 3])
async def test_a_loop_goes_on_in_the_iteration_it_was_in(tmp_path: Path, hangs_in: int) -> None:
    document = drawing(
        [step("load", "source"), step("work", "maybe"), step("check", "choose"), step("last", "join")],
        [
            edge("load.data -> work.data"),
            edge("work.data -> check.data"),
            edge("check.right -> work.data", kind="loop", max_iterations=3),
            edge("check.left -> last.data"),
            edge("load.data -> last.data"),
        ],
    )
    async with instant_engine_room(tmp_path, CATALOG, looping(hangs_in)) as room:
        run_id = await room.start(document)
        await room.until(
            run_id,
            lambda state: (step_of(state, "work").status, step_of(state, "work").iteration) == ("running", hangs_in),
        )
        await room.restart(crash=True)
        let_go(room)
        state = await room.over(run_id)
        assert state.status == "succeeded", state
        assert [view.iteration for view in state.steps] == [1, 3, 3, 3]
        works = [spec for spec in started(room) if spec.env["OCTOPUS_STEP_ID"] == "work"]
        given = [await asyncio.to_thread(argument(spec, "data").read_text) for spec in works]
        assert given == ["load 1", "checked 1", "checked 2"]
        # last was made from load alone in iterations 1 and 2, the second time by reuse
        assert steps_started(room).count("last") == 2
        assert statuses(room) == ["FINISHED"] * (1 + len(started(room)))
