"""BackgroundLoops: what the server does again and again beside its runs. One that fails is logged and tried again
later; how long ago each last went well is there for /health, so that a dead loop cannot go unnoticed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

_LOG = logging.getLogger(__name__)
_BACK_OFF_LIMIT_S = 60.0


class BackgroundLoops:
    """To be used from one event loop's thread."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[None]] = {}
        self._last_tick_s: dict[str, float] = {}

    def start(self, name: str, every_s: float, tick: Callable[[], Awaitable[None]]) -> None:
        """Call `tick` now and `every_s` seconds after each end of it; after a failure the pause doubles up to a
        minute."""
        self._last_tick_s[name] = asyncio.get_running_loop().time()
        self._running[name] = asyncio.create_task(self._run(name, every_s, tick), name=f"loop {name}")

    def ages_s(self) -> dict[str, float]:
        """Seconds since each loop's last tick that went well."""
        now = asyncio.get_running_loop().time()
        return {name: now - last for name, last in self._last_tick_s.items()}

    async def stop(self) -> None:
        running, self._running = list(self._running.values()), {}
        for loop in running:
            loop.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _run(self, name: str, every_s: float, tick: Callable[[], Awaitable[None]]) -> None:
        pause_s = every_s
        while True:
            try:
                await tick()
            except Exception:
                _LOG.exception("the background loop %s failed and will be tried again", name)
                pause_s = min(max(pause_s, 0.1) * 2, max(_BACK_OFF_LIMIT_S, every_s))
            else:
                pause_s = every_s
                self._last_tick_s[name] = asyncio.get_running_loop().time()
            await asyncio.sleep(pause_s)
