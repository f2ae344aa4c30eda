"""Hub: who watches which run. Implements octopus.execution.ports.Audience for the executor, and gives every watcher a
subscription of its own. It holds nothing that is not in the store or in the attempts' log files."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from octopus.domain.event import Event
from octopus.stream.feed import Feed
from octopus.stream.ports import EventSource, LogSource
from octopus.stream.subscription import Batch, Subscription


class Hub:
    """To be used from one event loop's thread."""

    def __init__(self, events: EventSource, logs: LogSource) -> None:
        self._events = events
        self._logs = logs
        self._feeds: dict[str, Feed] = {}

    @property
    def watched_runs(self) -> frozenset[str]:
        return frozenset(self._feeds)

    def publish(self, run_id: str, events: Sequence[Event]) -> None:
        """`events` are committed and may be seen. Never blocks, never fails."""
        if feed := self._feeds.get(run_id):
            feed.publish(events)

    def log_grew(self, run_id: str) -> None:
        """An attempt of the run has new log lines. Never blocks, never fails."""
        if feed := self._feeds.get(run_id):
            feed.log_grew()

    async def subscribe(self, run_id: str, after: int = 0) -> AsyncGenerator[Batch, None]:
        """The run's events with seq > `after`, then what happens live, with the log lines of every attempt that had not
        ended at `after` (from line 1); ends after the run's last event. For a run that exists: of another one nothing
        ever comes. Raises StorageUnavailable; close the iterator (`aclosing`) to unsubscribe."""
        feed = self._feeds.setdefault(run_id, Feed(run_id, self._events, self._logs))
        subscription = Subscription(run_id, after, feed)
        try:
            async with aclosing(subscription.batches()) as batches:
                async for batch in batches:
                    yield batch
                    # A long backlog to a quick client must not keep the loop from everybody else.
                    await asyncio.sleep(0)
        finally:
            if not feed.sleepers:
                self._feeds.pop(run_id, None)
