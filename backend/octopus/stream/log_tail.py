"""LogTail: the newest lines of one attempt's log, read and decoded once for everybody who follows it."""

from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice

from octopus.domain.event import LogLine

KEPT_LINES = 1_000
"""Lines kept for readers that are nearly up to date; one that is further behind reads the file by itself. At 16 KiB
a line this is 16 MiB at worst."""

ReadLines = Callable[[int, int], Sequence[LogLine]]
"""(after_line, limit) -> lines of the attempt's log."""


class LogTail:
    def __init__(self, read: ReadLines) -> None:
        self._read = read
        self._kept: deque[LogLine] = deque(maxlen=KEPT_LINES)
        self._last = 0
        self._complete_at: int | None = None

    def after(self, n: int, limit: int, growth: int | None) -> Sequence[LogLine]:
        """Lines that follow line `n`, at most `limit`. `growth`: how often the run's logs have grown so far; the file
        is left alone if it was read to its end since. None: look into the file in any case."""
        if n >= self._last:
            return self._read_on(n, limit, growth)
        start = n - self._last + len(self._kept)
        if start < 0:
            return self._read(n, limit)
        return tuple(islice(self._kept, start, start + limit))

    def _read_on(self, n: int, limit: int, growth: int | None) -> Sequence[LogLine]:
        if growth is not None and growth == self._complete_at:
            return ()
        lines = self._read(n, limit)
        if n != self._last:
            self._kept.clear()
        self._kept.extend(lines)
        self._last = lines[-1].n if lines else n
        self._complete_at = growth if len(lines) < limit else None
        return lines
