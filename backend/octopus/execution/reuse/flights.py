"""Flights: steps with outside effects are never done twice for one fingerprint, not even side by side: of several that
would do the same, one is under way and the others wait for what it leaves."""

import asyncio


class Flights:
    """To be used from one event loop's thread. Every `begin` is followed by one `end`, after the result is stored."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Event] = {}

    async def begin(self, fingerprint: str) -> None:
        """Waits until nobody else does the same."""
        while (other := self._under_way.get(fingerprint)) is not None:
            await other.wait()
        self._under_way[fingerprint] = asyncio.Event()

    def is_under_way(self, fingerprint: str) -> bool:
        return fingerprint in self._under_way

    def end(self, fingerprint: str) -> None:
        self._under_way.pop(fingerprint).set()
