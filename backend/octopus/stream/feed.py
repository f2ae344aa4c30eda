"""Feed: what the subscriptions of one run share while there is at least one: its newest events, the tails of its
attempts' logs, and being woken up. It is only a memory of what store and log files hold, and may forget at any time."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from octopus.domain.event import Event, LogLine
from octopus.stream.log_tail import LogTail
from octopus.stream.ports import EventSource, LogSource

KEPT_EVENTS = 2_000
"""Events kept for subscriptions that are nearly up to date; one that is further behind asks the store."""


@dataclass(frozen=True, slots=True)
class AttemptKey:
    step_id: str
    iteration: int
    attempt: int


class Feed:
    """`sleepers`: set by everything that happens; each belongs to one subscription."""

    def __init__(self, run_id: str, events: EventSource, logs: LogSource) -> None:
        self._run_id = run_id
        self._events = events
        self._logs = logs
        self._newest: deque[Event] = deque(maxlen=KEPT_EVENTS)
        self._head: int | None = None
        self._tails: dict[AttemptKey, LogTail] = {}
        self._growth = 0
        self.sleepers: set[asyncio.Event] = set()

    def publish(self, events: Sequence[Event]) -> None:
        """`events` are committed."""
        for event in events:
            self._keep(event)
        self._wake()

    def log_grew(self) -> None:
        self._growth += 1
        self._wake()

    async def events_after(self, seq: int, limit: int) -> Sequence[Event]:
        """Committed events that follow `seq`, at most `limit`, none if there are none at present."""
        if self._head is not None and seq >= self._head:
            return ()
        if self._newest and seq + 1 >= self._newest[0].seq:
            start = seq + 1 - self._newest[0].seq
            return tuple(islice(self._newest, start, start + limit))
        events = await self._events.events(self._run_id, after=seq, limit=limit)
        # Nothing was published while the store was asked: what it does not have is not committed yet.
        if len(events) < limit and self._head is None:
            self._head = events[-1].seq if events else seq
        return events

    def lines_after(self, key: AttemptKey, n: int, limit: int, *, insist: bool = False) -> Sequence[LogLine]:
        """Lines of the attempt's log that follow line `n`, at most `limit`. `insist`: nobody may have told of the
        last ones, look into the file."""
        if key not in self._tails:
            read = partial(self._logs.read, self._run_id, key.step_id, key.iteration, key.attempt)
            self._tails[key] = LogTail(read)
        return self._tails[key].after(n, limit, None if insist else self._growth)

    def _keep(self, event: Event) -> None:
        if self._head is not None and event.seq <= self._head:
            return
        if self._newest and event.seq != self._newest[-1].seq + 1:
            self._newest.clear()
        self._newest.append(event)
        self._head = event.seq

    def _wake(self) -> None:
        for sleeper in self.sleepers:
            sleeper.set()
