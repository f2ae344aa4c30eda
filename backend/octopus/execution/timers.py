"""Timers of one run: the back-offs of its retries and its own time limit. Both go on while there is no server."""

import asyncio
from collections.abc import Callable

from octopus.engine.commands import WakeAfter
from octopus.engine.signals import RetryDue, RunTimedOut, Signal
from octopus.execution.clock import Clock
from octopus.execution.moments import remaining_s


class Timers:
    """`tell` takes the signal when its time has come."""

    def __init__(self, clock: Clock, tell: Callable[[Signal], None]) -> None:
        self._clock = clock
        self._tell = tell

    async def wake(self, command: WakeAfter, since: str | None) -> None:
        """`since`: when the back-off began, None: now."""
        await self._sleep(command.delay_s, since)
        self._tell(RetryDue(self._clock(), command.key))

    async def limit(self, timeout_s: float, started_at: str) -> None:
        await self._sleep(timeout_s, started_at)
        self._tell(RunTimedOut(self._clock()))

    async def _sleep(self, delay_s: float, since: str | None) -> None:
        now = self._clock()
        await asyncio.sleep(remaining_s(delay_s, since or now, now))
