"""Everybody who watches a run gets all of it, once, in the same order, at the pace that suits him."""

import asyncio

import pytest

from octopus.domain.errors import StorageUnavailable
from octopus.domain.event import Event, LogBatch
from octopus.stream.feed import KEPT_EVENTS
from octopus.stream.hub import Hub
from octopus.stream.log_tail import KEPT_LINES
from octopus.stream.subscription import BATCH_CHARACTERS, BATCH_EVENTS, BATCH_LINES
from tests.fakes.run_world import RunWorld
from tests.support.runs import QUEUED, events_of
from tests.support.watching import Watcher, settle

pytestmark = pytest.mark.anyio
RUN = "r1"


def started(step_id: str = "a") -> dict[str, str]:
    return {"kind": "step.started", "step_id": step_id, "backend": "cold"}


def succeeded(step_id: str = "a") -> dict[str, str]:
    return {"kind": "step.succeeded", "step_id": step_id}


class Scene:
    """A hub over a world in memory, and the executor's part in it."""

    def __init__(self) -> None:
        self.world = RunWorld()
        self.hub = Hub(self.world, self.world)
        self.seq = 0

    def happen(self, *kinds: dict[str, object] | dict[str, str] | str, told: bool = True) -> list[Event]:
        events = events_of(RUN, *kinds, after=self.seq)
        self.seq += len(events)
        self.world.commit(RUN, events)
        if told:
            self.hub.publish(RUN, events)
        return events

    def print(self, *texts: str, step_id: str = "a", told: bool = True) -> None:
        self.world.log(RUN, step_id, *texts)
        if told:
            self.hub.log_grew(RUN)

    def watch(self, after: int = 0) -> Watcher:
        return Watcher(self.hub, RUN, after)


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def test_a_run_that_is_over_is_told_from_the_beginning_and_ends(scene: Scene) -> None:
    events = scene.happen(QUEUED, "run.started", started(), succeeded(), "run.succeeded", told=False)
    scene.print("one", "two", told=False)
    watcher = await scene.watch().until_the_end()
    assert watcher.events == events
    assert watcher.order() == [
        "run.queued", "run.started", "step.started", "log a 1", "log a 2", "step.succeeded", "run.succeeded",
    ]  # fmt: skip


async def test_what_happens_after_subscribing_comes_at_once(scene: Scene) -> None:
    scene.happen(QUEUED, "run.started", started())
    watcher = scene.watch()
    await settle()
    scene.print("one")
    await settle()
    assert watcher.order()[-1] == "log a 1"
    scene.print("two", "three")
    scene.happen(succeeded(), "run.succeeded")
    await watcher.until_the_end()
    assert watcher.order()[3:] == ["log a 1", "log a 2", "log a 3", "step.succeeded", "run.succeeded"]


async def test_log_lines_nobody_told_of_still_come_before_the_terminal_event(scene: Scene) -> None:
    watcher = scene.watch()
    scene.happen(QUEUED, "run.started", started())
    await settle()
    scene.print("one", told=False)
    scene.happen(succeeded(), "run.succeeded")
    await watcher.until_the_end()
    assert watcher.order()[-3:] == ["log a 1", "step.succeeded", "run.succeeded"]


@pytest.mark.parametrize(
    "end",
    [
        {"kind": "step.failed", "reason": "exit code 3"},
        {"kind": "step.timed_out", "reason": "1 s"},
        {"kind": "step.lost", "reason": "gone"},
        {"kind": "step.cancelled", "reason": "asked to"},
        {"kind": "step.succeeded"},
    ],
)
async def test_an_attempts_log_comes_before_whatever_ended_it(scene: Scene, end: dict[str, str]) -> None:
    scene.happen(QUEUED, started(), {**end, "step_id": "a"}, "run.succeeded")
    scene.print("last words")
    watcher = await scene.watch().until_the_end()
    assert watcher.order()[-3:] == ["log a 1", end["kind"], "run.succeeded"]


async def test_lines_printed_before_the_start_was_recorded_follow_it(scene: Scene) -> None:
    watcher = scene.watch()
    scene.happen(QUEUED)
    scene.print("early")
    await settle()
    assert watcher.order() == ["run.queued"]
    scene.happen(started())
    await settle()
    assert watcher.order() == ["run.queued", "step.started", "log a 1"]
    await watcher.leave()


async def test_a_client_that_comes_back_gets_what_follows_its_seq(scene: Scene) -> None:
    events = scene.happen(QUEUED, "run.started", started(), succeeded(), "run.succeeded")
    scene.print("one")
    watcher = await scene.watch(after=4).until_the_end()
    assert (watcher.events, watcher.lines("a")) == (events[4:], [])


async def test_a_client_that_comes_back_gets_the_whole_log_of_attempts_that_had_not_ended(scene: Scene) -> None:
    scene.happen(QUEUED, started("a"), started("b"), succeeded("a"))
    scene.print("of a", step_id="a")
    scene.print("of b", step_id="b")
    watcher = scene.watch(after=4)
    await settle()
    assert watcher.order() == ["log b 1"]
    scene.happen(succeeded("b"), "run.succeeded")
    await watcher.until_the_end()
    assert watcher.order() == ["log b 1", "step.succeeded", "run.succeeded"]


@pytest.mark.parametrize("after", [2, 3, 10**6])
async def test_a_client_that_has_everything_of_an_ended_run_gets_the_end_at_once(scene: Scene, after: int) -> None:
    scene.happen(QUEUED, "run.succeeded")
    watcher = await scene.watch(after=after).until_the_end()
    assert watcher.items == []


async def test_iterations_and_attempts_have_logs_of_their_own(scene: Scene) -> None:
    scene.world.log(RUN, "a", "first", iteration=1)
    scene.world.log(RUN, "a", "second", iteration=2)
    again = {**started(), "iteration": 2}
    scene.happen(QUEUED, started(), succeeded(), again, {**succeeded(), "iteration": 2}, "run.succeeded")
    watcher = await scene.watch().until_the_end()
    logs = [item for item in watcher.items if isinstance(item, LogBatch)]
    assert [(log.iteration, log.lines[0].text) for log in logs] == [(1, "first"), (2, "second")]


async def test_other_runs_are_not_heard(scene: Scene) -> None:
    scene.happen(QUEUED)
    watcher = scene.watch()
    other = events_of("r2", QUEUED, "run.succeeded")
    scene.world.commit("r2", other)
    scene.hub.publish("r2", other)
    scene.hub.log_grew("r2")
    await settle()
    assert watcher.order() == ["run.queued"]
    await watcher.leave()


async def test_a_long_story_comes_in_bounded_batches(scene: Scene) -> None:
    steps = [{"kind": "step.queued", "step_id": f"s{n}"} for n in range(3 * BATCH_EVENTS)]
    events = scene.happen(QUEUED, started(), *steps, succeeded(), "run.succeeded")
    scene.print(*["x" * 16_000] * 100)
    batches = [batch async for batch in scene.hub.subscribe(RUN)]
    assert max(map(len, batches)) <= BATCH_EVENTS
    assert [item for batch in batches for item in batch if not isinstance(item, LogBatch)] == events
    logs = [item for batch in batches for item in batch if isinstance(item, LogBatch)]
    assert max(sum(len(line.text) for line in log.lines) for log in logs) <= BATCH_CHARACTERS
    assert [line.n for log in logs for line in log.lines] == list(range(1, 101))


async def test_a_burst_of_lines_comes_together(scene: Scene) -> None:
    scene.happen(QUEUED, started())
    watcher = scene.watch()
    await settle()
    for n in range(100):
        scene.print(str(n))
    await settle()
    assert len(watcher.lines("a")) == 100
    assert len([item for item in watcher.items if isinstance(item, LogBatch)]) == 1
    await watcher.leave()


async def test_a_client_that_does_not_read_holds_nobody_up_and_misses_nothing(scene: Scene) -> None:
    idle = scene.hub.subscribe(RUN)
    scene.happen(QUEUED, started())
    first = await anext(idle)
    watcher = scene.watch()
    for n in range(2 * KEPT_LINES):
        scene.print(str(n))
        scene.happen({"kind": "step.progress", "step_id": "a", "fraction": 0.5})
        if n % 50 == 0:
            await settle()
    events = scene.happen(*[{"kind": "step.queued", "step_id": "b"}] * KEPT_EVENTS)
    await settle()
    assert watcher.events[-1] == events[-1]
    assert len(watcher.lines("a")) == 2 * KEPT_LINES
    scene.happen(succeeded(), "run.succeeded")
    rest = [item for batch in [first] + [batch async for batch in idle] for item in batch]
    await watcher.until_the_end()
    assert [item for item in rest if not isinstance(item, LogBatch)] == watcher.events
    lines = [line for item in rest if isinstance(item, LogBatch) for line in item.lines]
    assert lines == watcher.lines("a")


async def test_many_watchers_share_what_is_read(scene: Scene) -> None:
    scene.happen(QUEUED, started())
    watchers = [scene.watch() for _ in range(50)]
    await settle()
    scene.world.reads.clear()
    for n in range(10):
        scene.print(str(n))
        scene.happen({"kind": "step.progress", "step_id": "a", "fraction": n / 10})
        await settle()
    assert scene.world.reads == {"log": 10}
    scene.happen(succeeded(), "run.succeeded")
    for watcher in watchers:
        await watcher.until_the_end()
        assert (watcher.events, watcher.lines("a")) == (watchers[0].events, watchers[0].lines("a"))


async def test_who_leaves_leaves_nothing_behind(scene: Scene) -> None:
    scene.happen(QUEUED)
    watchers = [scene.watch(), scene.watch()]
    await settle()
    assert scene.hub.watched_runs == {RUN}
    await watchers[0].leave()
    assert scene.hub.watched_runs == {RUN}
    await watchers[1].leave()
    assert scene.hub.watched_runs == frozenset()


async def test_the_end_of_the_run_leaves_nothing_behind(scene: Scene) -> None:
    scene.happen(QUEUED, "run.succeeded")
    await scene.watch().until_the_end()
    assert scene.hub.watched_runs == frozenset()


async def test_events_told_out_of_order_are_still_given_in_order(scene: Scene) -> None:
    told = scene.happen(QUEUED, "run.started", started())
    watcher = scene.watch()
    await settle()
    late = scene.happen({"kind": "step.progress", "step_id": "a"}, succeeded(), "run.succeeded", told=False)
    scene.hub.publish(RUN, late[2:])
    scene.hub.publish(RUN, late[:2])
    await watcher.until_the_end()
    assert watcher.events == told + late


async def test_a_long_log_of_a_live_attempt_comes_without_waiting_for_the_next_line(scene: Scene) -> None:
    scene.happen(QUEUED, started())
    scene.print(*["x"] * 3 * BATCH_LINES)
    watcher = scene.watch()
    await settle()
    assert len(watcher.lines("a")) == 3 * BATCH_LINES
    await watcher.leave()


async def test_a_database_that_does_not_answer_ends_the_subscription_with_its_error(scene: Scene) -> None:
    class Broken(RunWorld):
        async def events(self, run_id: str, after: int = 0, limit: int | None = None) -> list[Event]:
            raise StorageUnavailable("The database x does not answer.")

    hub = Hub(Broken(), scene.world)
    with pytest.raises(StorageUnavailable):
        await anext(hub.subscribe(RUN))
    assert hub.watched_runs == frozenset()


async def test_a_quick_reader_of_a_long_log_lets_others_act(scene: Scene) -> None:
    scene.happen(QUEUED, started())
    scene.print(*["x"] * 50_000)
    scene.happen(succeeded(), "run.succeeded")
    acted = 0

    async def other() -> None:
        nonlocal acted
        while True:
            await asyncio.sleep(0)
            acted += 1

    task = asyncio.create_task(other())
    await scene.watch().until_the_end()
    task.cancel()
    assert acted >= 100
