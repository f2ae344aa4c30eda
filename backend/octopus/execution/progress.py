"""ProgressFile: what a step appends to OCTOPUS_EVENTS -> its latest progress. Reads only what is new; lines that are no
progress are passed over: a step may write what it likes."""

import json
import math
import os
from dataclasses import dataclass
from pathlib import Path

EVENTS_PER_S = 5
"""A step is shown to move this often; more would only fill the database."""
LINE_LIMIT = 4096
"""Bytes of a line; more could not be appended in one piece."""
MESSAGE_LIMIT = 300
_READ_LIMIT = 1024 * 1024
"""Bytes looked at at once: a step that floods its file must not hold up the server."""


@dataclass(frozen=True, slots=True)
class Reported:
    """`fraction` in [0, 1], None if the step only said what it does."""

    fraction: float | None
    message: str


class ProgressFile:
    """Ask `latest` now and then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._last: Reported | None = None

    def latest(self) -> Reported | None:
        """The newest progress if it differs from the one answered before, else None."""
        newest: Reported | None = None
        for line in self._new_lines():
            newest = _parse(line) or newest
        if newest is None or newest == self._last:
            return None
        self._last = newest
        return newest

    def _new_lines(self) -> list[bytes]:
        """Whole lines since the last time; of a flood only the end, since only the newest progress counts."""
        try:
            with self._path.open("rb") as file:
                self._offset = max(self._offset, file.seek(0, os.SEEK_END) - _READ_LIMIT)
                file.seek(self._offset)
                data = file.read(_READ_LIMIT)
        except FileNotFoundError:
            return []
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        return whole.splitlines()


def _parse(line: bytes) -> Reported | None:
    if len(line) > LINE_LIMIT:
        return None
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("kind") != "progress":
        return None
    message = said.get("message")
    return Reported(_fraction(said.get("fraction")), message[:MESSAGE_LIMIT] if isinstance(message, str) else "")


def _fraction(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return min(1.0, max(0.0, float(value)))
