"""ProgressFile: what a step appends to OCTOPUS_EVENTS -> its latest progress and what it measured. Reads only what is
new; lines that are neither are passed over: a step may write what it likes."""

import json
import math
import os
from dataclasses import dataclass
from pathlib import Path

from octopus.domain.event import MetricValue

EVENTS_PER_S = 5
"""A step is shown to move this often; more would only fill the database."""
LINE_LIMIT = 4096
"""Bytes of a line; more could not be appended in one piece."""
MESSAGE_LIMIT = 300
NAME_LIMIT = 250
"""Characters of a metric's name, as in MLflow."""
METRICS_AT_ONCE = 100
"""Metrics told at one time; all of them are there when the step has ended."""
_READ_LIMIT = 1024 * 1024
"""Bytes looked at at once: a step that floods its file must not hold up the server."""


@dataclass(frozen=True, slots=True)
class Reported:
    """`fraction` in [0, 1], None if the step only said what it does."""

    fraction: float | None
    message: str


@dataclass(frozen=True, slots=True)
class Measured:
    """The newest value of a metric. `step`: MLflow's step of a metric (an epoch)."""

    name: str
    value: MetricValue
    step: int


class ProgressFile:
    """Ask `news` now and then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._last: Reported | None = None

    def news(self) -> list[Reported | Measured]:
        """The newest value of every metric since the last time, and the newest progress if it differs from the one
        answered before."""
        newest: Reported | None = None
        measured: dict[str, Measured] = {}
        for line in self._new_lines():
            said = _parse(line)
            if isinstance(said, Reported):
                newest = said
            elif said is not None and (said.name in measured or len(measured) < METRICS_AT_ONCE):
                measured[said.name] = said
        if newest is None or newest == self._last:
            return [*measured.values()]
        self._last = newest
        return [*measured.values(), newest]

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


def _parse(line: bytes) -> Reported | Measured | None:
    if len(line) > LINE_LIMIT:
        return None
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    if said.get("kind") == "metric":
        return _metric(said)
    if said.get("kind") != "progress":
        return None
    message = said.get("message")
    return Reported(_fraction(said.get("fraction")), message[:MESSAGE_LIMIT] if isinstance(message, str) else "")


def _metric(said: dict[str, object]) -> Measured | None:
    name, value, step = said.get("name"), said.get("value"), said.get("step")
    if not isinstance(name, str) or not 0 < len(name) <= NAME_LIMIT:
        return None
    if isinstance(step, bool) or not isinstance(step, int):
        step = 0
    if value == "NaN" or value == "Infinity" or value == "-Infinity":
        return Measured(name, value, step)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return Measured(name, float(value), step)
    except OverflowError:
        return None


def _fraction(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return min(1.0, max(0.0, float(value)))
