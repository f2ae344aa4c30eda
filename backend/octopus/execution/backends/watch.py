"""Watch: one round after the other over all attempts of this server that live, as long as there are any. It looks at
their files, and has no pipe to the supervisors, because then a restart of the server looks the same as any other
moment. The kernel tells when a file has changed; a round that nothing calls for comes all the same, after a while."""

import asyncio
import logging
from typing import Protocol

from octopus.execution.backends.file_events import FileEvents

_LONGEST_PAUSE_S = 0.02
"""Between two rounds: as long as a printed line waits to be noticed where the kernel tells nothing."""
_SHORTEST_PAUSE_S = 0.004
"""The same, where nothing is told."""
_PAUSES_PER_ROUND = 10
"""However many attempts there are, looking at them takes no more than this part of the event loop's time."""
_AFTER_A_FAILURE_S = 1.0

_LOG = logging.getLogger(__name__)


class Watched(Protocol):
    def look(self) -> bool:
        """See what is new. True: there will be nothing new any more. Called from the event loop: must be quick."""
        ...


class Watch:
    """To be used from one event loop's thread."""

    def __init__(self) -> None:
        self._watched: dict[Watched, str] = {}
        self._files: FileEvents | None = None
        self._rounds: asyncio.Task[None] | None = None
        self._last_round_s = 0.0
        self._hurry = asyncio.Event()

    def hurry(self) -> None:
        """Something has happened: do not wait for the next round."""
        self._hurry.set()

    def add(self, watched: Watched, folder: str) -> None:
        """Look at it from now on, until it has nothing new any more. `folder`: where what it looks at changes."""
        self._watched[watched] = folder
        if self._files is None:
            self._files = FileEvents(self.hurry)
        self._files.watch(folder)
        if self._rounds is None or self._rounds.done():
            self._last_round_s = asyncio.get_running_loop().time()
            self._rounds = asyncio.create_task(self._go_round(), name="watch attempts")

    def ages_s(self) -> dict[str, float]:
        """Seconds since the last round in which every look went well; nothing while there is nobody to look at."""
        if not self._watched:
            return {}
        return {"attempts": asyncio.get_running_loop().time() - self._last_round_s}

    async def _go_round(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self._watched:
                began = loop.time()
                looks = [(one, _look(one)) for one in self._watched]
                for one in [one for one, result in looks if result is True]:
                    self._forget(one)
                if any(result is None for _, result in looks):
                    await asyncio.sleep(_AFTER_A_FAILURE_S)
                else:
                    self._last_round_s = loop.time()
                    await self._pause(self._last_round_s - began)
        finally:
            if self._files is not None:
                self._files.close()
                self._files = None

    def _forget(self, watched: Watched) -> None:
        folder = self._watched.pop(watched)
        if self._files is not None:
            self._files.forget(folder)

    async def _pause(self, round_s: float) -> None:
        """What happens meanwhile ends it, but the least pause, so that what happens all the time cannot take all."""
        least_s = min(_PAUSES_PER_ROUND * round_s, _LONGEST_PAUSE_S)
        is_told = self._files is not None and self._files.works
        if is_told:
            await asyncio.sleep(least_s)
        pause_s = _LONGEST_PAUSE_S - least_s if is_told else max(least_s, min(_SHORTEST_PAUSE_S, _LONGEST_PAUSE_S))
        try:
            async with asyncio.timeout(pause_s):
                await self._hurry.wait()
        except TimeoutError:
            return
        finally:
            self._hurry.clear()


def _look(watched: Watched) -> bool | None:
    """None: it failed. It will be looked at again, and nobody else is looked at any less."""
    try:
        return watched.look()
    except Exception:
        _LOG.exception("an attempt could not be looked at")
        return None
