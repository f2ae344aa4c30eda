"""Whatever the order in which events are committed, told, lines printed, told, and clients come, go and come back: each
client has every event once, in order, and every line of an attempt before its terminal event."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from octopus.domain.event import Event, LogBatch
from octopus.stream import feed, log_tail, subscription
from octopus.stream.hub import Hub
from tests.fakes.run_world import RunWorld
from tests.support.runs import QUEUED, events_of
from tests.support.watching import LIMIT_S, Watcher

STEPS = ("a", "b")
RUN = "r1"

ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("print"), st.sampled_from(STEPS), st.integers(1, 7), st.booleans()),
        st.tuples(st.just("progress"), st.sampled_from(STEPS)),
        st.tuples(st.sampled_from(["start", "end"]), st.sampled_from(STEPS)),
        st.tuples(st.just("commit")),
        st.tuples(st.just("publish")),
        st.tuples(st.sampled_from(["come", "go", "come back"]), st.integers(0, 2)),
        st.tuples(st.just("wait"), st.integers(1, 4)),
    ),
    max_size=60,
)

SIZES = st.sampled_from([1, 2, 3, 1000])


class Client:
    """One who may lose the connection; it asks for what follows its last seq and drops lines it has already."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.lines: dict[str, list[int]] = {}
        self.watcher: Watcher | None = None

    def come(self, hub: Hub) -> None:
        if self.watcher is None:
            self.watcher = Watcher(hub, RUN, self.events[-1].seq if self.events else 0)

    async def go(self) -> None:
        if self.watcher is not None:
            await self.watcher.leave()
            self.take()

    async def stay(self, hub: Hub) -> None:
        self.come(hub)
        assert self.watcher is not None
        await self.watcher.until_the_end()
        self.take()

    def take(self) -> None:
        """Fold in what came, checking the promises in the order in which it came."""
        assert self.watcher is not None
        for item in self.watcher.items:
            if isinstance(item, LogBatch):
                known = self.lines.setdefault(item.step_id, [])
                fresh = [line.n for line in item.lines if line.n > len(known)]
                known += fresh
                assert known == list(range(1, len(known) + 1)), "a line is missing"
                assert not self.ended(item.step_id), "a line after the end"
            else:
                self.events.append(item)
        self.watcher = None

    def ended(self, step_id: str) -> bool:
        return any(event.kind == "step.succeeded" and event.step_id == step_id for event in self.events)


@dataclass
class World:
    """The executor's part: it commits in order, tells in order after committing, prints only while an attempt lives."""

    world: RunWorld = field(default_factory=RunWorld)
    seq: int = 0
    state: dict[str, str] = field(default_factory=dict)
    printed: dict[str, int] = field(default_factory=dict)
    uncommitted: list[Event] = field(default_factory=list)
    untold: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hub = Hub(self.world, self.world)
        self.record(QUEUED)

    def record(self, kind: dict[str, Any] | str) -> None:
        self.uncommitted += events_of(RUN, kind, after=self.seq)
        self.seq += 1

    def commit(self) -> None:
        self.world.commit(RUN, self.uncommitted)
        self.untold += self.uncommitted
        self.uncommitted = []

    def publish(self) -> None:
        self.hub.publish(RUN, self.untold)
        self.untold = []

    def start(self, step: str) -> None:
        if step not in self.state:
            self.state[step] = "started"
            self.record({"kind": "step.started", "step_id": step, "backend": "cold"})

    def progress(self, step: str) -> None:
        if self.state.get(step) == "started":
            self.record({"kind": "step.progress", "step_id": step, "fraction": 0.5})

    def print(self, step: str, count: int, told: bool) -> None:
        if self.state.get(step) == "started":
            self.printed[step] = self.printed.get(step, 0) + count
            self.world.log(RUN, step, *["x"] * count)
            if told:
                self.hub.log_grew(RUN)

    def end(self, step: str) -> None:
        if self.state.get(step) == "started":
            self.state[step] = "ended"
            self.record({"kind": "step.succeeded", "step_id": step})

    def finish(self) -> None:
        for step in STEPS:
            self.end(step)
        self.record("run.succeeded")
        self.commit()
        self.publish()


async def play(actions: list[tuple[Any, ...]]) -> None:
    world, clients = World(), [Client(), Client(), Client()]
    for name, *details in actions:
        match name:
            case "come" | "come back":
                clients[details[0]].come(world.hub)
            case "go":
                await clients[details[0]].go()
            case "wait":
                for _ in range(details[0]):
                    await asyncio.sleep(0)
            case _:
                getattr(world, name)(*details)
    world.finish()
    every = await world.world.events(RUN)
    for client in clients:
        await client.stay(world.hub)
        assert client.events == every
        for step, count in world.printed.items():
            assert len(client.lines.get(step, [])) == count
    assert world.hub.watched_runs == frozenset()


@settings(max_examples=300, deadline=None)
@given(ACTIONS, SIZES, SIZES)
def test_every_client_gets_every_event_once_in_order_and_lines_before_the_end(
    actions: list[tuple[Any, ...]], kept: int, batch: int
) -> None:
    """`kept`, `batch`: tiny windows and batches, so that falling behind and paging happen in short stories too."""
    patched = {
        (feed, "KEPT_EVENTS"): kept,
        (log_tail, "KEPT_LINES"): kept,
        (subscription, "BATCH_EVENTS"): batch,
        (subscription, "BATCH_LINES"): batch,
        (subscription, "BATCH_CHARACTERS"): batch,
    }
    before = {(module, name): getattr(module, name) for module, name in patched}
    try:
        for (module, name), value in patched.items():
            setattr(module, name, value)
        asyncio.run(asyncio.wait_for(play(actions), LIMIT_S))
    finally:
        for (module, name), value in before.items():
            setattr(module, name, value)
