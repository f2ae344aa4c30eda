"""Slots: how many attempts run at once, over all runs. First come, first served."""

import asyncio
from collections import deque


class Slots:
    """`in_use`: attempts that hold a slot now. Every `acquire` and every `occupy` is followed by one `release`."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._waiting: deque[asyncio.Future[None]] = deque()
        self.in_use = 0

    async def acquire(self) -> None:
        """Waits for its turn; giving up (cancelling the wait) is fine."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._let_in()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.release()
            raise

    def occupy(self) -> None:
        """At once, also past the limit: for an attempt that runs already."""
        self.in_use += 1

    def release(self) -> None:
        self.in_use -= 1
        self._let_in()

    def _let_in(self) -> None:
        while self._waiting and self.in_use < self._count:
            turn = self._waiting.popleft()
            if not turn.done():
                self.in_use += 1
                turn.set_result(None)
