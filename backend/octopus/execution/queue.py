"""RunQueue: runs wait here for their turn, first come, first served; how many wait and how many go on is bounded."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from octopus.domain.errors import QueueFull
from octopus.execution.executor import RunExecution


class RunQueue:
    """`drive` is called once for every run when its turn has come (True) or when it is withdrawn (False); when it
    returns, the next one's turn has come. Nobody's turn comes while the queue is held."""

    def __init__(
        self, drive: Callable[[RunExecution, bool], Awaitable[None]], max_active: int, max_waiting: int
    ) -> None:
        self._drive = drive
        self._max_active = max_active
        self._max_waiting = max_waiting
        self._waiting: deque[RunExecution] = deque()
        self._active: dict[str, asyncio.Task[None]] = {}
        self._is_open = True
        self._is_held = False

    def check_room(self) -> None:
        """Raises QueueFull if one more run could not even wait, or the server is stopping."""
        if not self._is_open:
            raise QueueFull("The server is stopping: start the run again when it is back.")
        if len(self._waiting) >= self._max_waiting + max(0, self._max_active - len(self._active)):
            raise QueueFull(f"{len(self._waiting)} runs are waiting already: try again when some have ended.")

    def put(self, run: RunExecution) -> None:
        self._waiting.append(run)
        self._admit()

    def put_back(self, runs: Sequence[RunExecution]) -> None:
        """Runs that were accepted before a restart, in the order they were queued: before those that came since, also
        if there is no room."""
        self._waiting.extendleft(reversed(runs))
        self._admit()

    def go_on(self, run: RunExecution) -> None:
        """At once, also past the limit: a run that had its turn before a restart."""
        self._begin(run, admitted=True)

    def hold(self) -> None:
        self._is_held = True

    def release(self) -> None:
        self._is_held = False
        self._admit()

    def is_waiting(self, run: RunExecution) -> bool:
        return run in self._waiting

    def withdraw(self, run: RunExecution) -> None:
        """Drive a waiting run out of turn, only to end it; an active one is left alone."""
        if run in self._waiting:
            self._waiting.remove(run)
            self._begin(run, admitted=False)

    async def close(self) -> None:
        """Let nobody in any more; returns when no run is active. Those that wait stay as they are."""
        self._is_open = False
        while self._active:
            await asyncio.wait(self._active.values())

    def leave(self) -> None:
        """Whoever is still being driven is left as it is."""
        self._is_open = False
        for driving in self._active.values():
            driving.cancel()

    def _admit(self) -> None:
        while self._is_open and not self._is_held and self._waiting and len(self._active) < self._max_active:
            self._begin(self._waiting.popleft(), admitted=True)

    def _begin(self, run: RunExecution, *, admitted: bool) -> None:
        async def go() -> None:
            try:
                await self._drive(run, admitted)
            finally:
                del self._active[run.run_id]
                self._admit()

        self._active[run.run_id] = asyncio.create_task(go(), name=f"run {run.run_id}")
