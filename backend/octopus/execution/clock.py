"""Clock: the present moment as a Timestamp that never goes back, whatever happens to the machine's clock."""

from datetime import UTC, datetime

from octopus.domain.base import timestamp


class Clock:
    """Call it."""

    def __init__(self) -> None:
        self._latest = ""

    def __call__(self) -> str:
        self._latest = max(self._latest, timestamp(datetime.now(UTC)))
        return self._latest
