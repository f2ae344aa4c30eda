"""Slots: how many attempts run at once, over all runs. First come, first served."""

import asyncio


class Slots:
    """`in_use`: attempts that hold a slot now. Every `acquire` is followed by one `release`."""

    def __init__(self, count: int) -> None:
        self._free = asyncio.Semaphore(count)
        self.in_use = 0

    async def acquire(self) -> None:
        """Waits for its turn; giving up (cancelling the wait) is fine."""
        await self._free.acquire()
        self.in_use += 1

    def release(self) -> None:
        self.in_use -= 1
        self._free.release()
