"""What a running step knows of its attempt, and how it reports: progress, metrics, its card.

A step's code calls `progress`, `log_metric` and `card`; outside of an attempt they work too and leave no trace.
"""

import json
import os
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from octopus.steps.runtime.cards import Card, finite

EVENT_LIMIT_BYTES = 4096
"""A line appended in one write of at most this size never mixes with another process's."""
MESSAGE_LIMIT = 500
"""Characters of a progress message."""


@dataclass(slots=True)
class Attempt:
    """`outputs`: OCTOPUS_OUTPUTS. `events` None: nobody listens. `unconnected`: optional inputs without an edge."""

    outputs: Path
    card: Card
    events: Path | None = None
    unconnected: frozenset[str] = frozenset()
    metrics: dict[str, float] = field(default_factory=dict)

    def report(self, event: dict[str, object]) -> None:
        """Appends one line to OCTOPUS_EVENTS; an event that is too long is an error of the caller."""
        line = (json.dumps(finite(event), ensure_ascii=False) + "\n").encode("utf-8")
        if len(line) > EVENT_LIMIT_BYTES:
            raise ValueError(f"an event of {len(line)} bytes is over the limit of {EVENT_LIMIT_BYTES}")
        if self.events is None:
            return
        descriptor = os.open(self.events, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line)
        finally:
            os.close(descriptor)


_running: ContextVar[Attempt | None] = ContextVar("octopus_attempt", default=None)


def begin(attempt: Attempt) -> None:
    """Makes `attempt` the one that this process reports for."""
    _running.set(attempt)


def current() -> Attempt:
    """The running attempt, or a fresh one that reports to nobody."""
    attempt = _running.get()
    if attempt is None:
        attempt = Attempt(outputs=Path.cwd(), card=Card(""))
        _running.set(attempt)
    return attempt


def progress(fraction: float | None, message: str = "") -> None:
    """How far the step is, from 0 to 1 (None: unknown), and what it is doing. Also printed."""
    if fraction is not None:
        fraction = min(max(float(fraction), 0.0), 1.0)
    if message:
        print(message)
    current().report({"kind": "progress", "fraction": fraction, "message": message[:MESSAGE_LIMIT]})


def log_metric(name: str, value: float, step: int | None = None) -> None:
    """A number measured by the step; the last value of a name is the step's metric."""
    attempt = current()
    attempt.metrics[name] = float(value)
    attempt.report({"kind": "metric", "name": name, "value": _travelling(float(value)), "step": step})


def _travelling(value: float) -> float | str:
    if value != value:
        return "NaN"
    return {float("inf"): "Infinity", float("-inf"): "-Infinity"}.get(value, value)


def card() -> Card:
    """The running step's card."""
    return current().card
