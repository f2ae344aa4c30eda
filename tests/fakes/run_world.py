"""What a hub reads: committed events and the logs of attempts, both in memory. Implements EventSource and LogSource."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from octopus.domain.event import Event, LogLine
from tests.support.runs import AT

AttemptId = tuple[str, str, int, int]
"""run, step, iteration, attempt"""


class RunWorld:
    """`reads`: how often each was asked."""

    def __init__(self) -> None:
        self._events: dict[str, list[Event]] = {}
        self._logs: dict[AttemptId, list[LogLine]] = {}
        self.reads: Counter[str] = Counter()

    def commit(self, run_id: str, events: Sequence[Event]) -> None:
        self._events.setdefault(run_id, []).extend(events)

    def log(self, run_id: str, step_id: str, *texts: str, iteration: int = 1, attempt: int = 1) -> None:
        lines = self._logs.setdefault((run_id, step_id, iteration, attempt), [])
        for text in texts:
            lines.append(LogLine(n=len(lines) + 1, at=AT, stream="stdout", text=text))

    async def events(self, run_id: str, after: int = 0, limit: int | None = None) -> list[Event]:
        self.reads["events"] += 1
        found = self._events.get(run_id, [])[after:][:limit]
        await asyncio.sleep(0)  # the answer is on its way while the world goes on
        return found

    def read(
        self, run_id: str, step_id: str, iteration: int, attempt: int, after_line: int, limit: int
    ) -> Sequence[LogLine]:
        self.reads["log"] += 1
        return tuple(self._logs.get((run_id, step_id, iteration, attempt), [])[after_line : after_line + limit])
