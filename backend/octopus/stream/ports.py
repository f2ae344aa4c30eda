"""What the hub reads from; bootstrap hands in the run store and the reader of the attempts' log files."""

from collections.abc import Sequence
from typing import Protocol

from octopus.domain.event import Event, LogLine


class EventSource(Protocol):
    async def events(self, run_id: str, after: int = 0, limit: int | None = None) -> list[Event]:
        """Committed events with seq > `after`, in order, at most `limit`."""
        ...


class LogSource(Protocol):
    def read(
        self, run_id: str, step_id: str, iteration: int, attempt: int, after_line: int, limit: int
    ) -> Sequence[LogLine]:
        """Whole lines with n > `after_line`, in order, at most `limit`; fewer: there are no more at present (also if
        there is no log yet). Quick enough for the event loop."""
        ...
