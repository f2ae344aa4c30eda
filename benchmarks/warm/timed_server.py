"""`octopus serve`, with a note of when each thing that the server does for a step began and ended: for the profile
only, so that the product carries no clocks. `python -m benchmarks.warm.timed_server NOTES serve ...`."""

import asyncio
import functools
import json
import sys
import time
from collections.abc import Callable
from typing import Any, TextIO

from octopus.__main__ import main
from octopus.execution import attempt
from octopus.execution.backends.warm import WarmBackend
from octopus.store.runs import SqlRunStore
from octopus.tracking.client import TrackingClient

NOTED: tuple[tuple[Any, str], ...] = (
    (TrackingClient, "create_run"),
    (TrackingClient, "collect"),
    (TrackingClient, "close_run"),
    (WarmBackend, "start"),
    (SqlRunStore, "append"),
    (attempt, "prepare"),
)


def note_times(notes: TextIO) -> None:
    """One line per call: name, beginning and end in nanoseconds since the epoch."""
    for owner, name in NOTED:
        setattr(owner, name, _noted(getattr(owner, name), name, notes))


def _noted(call: Callable[..., Any], name: str, notes: TextIO) -> Callable[..., Any]:
    def note(began: int) -> None:
        notes.write(json.dumps([name, began, time.time_ns()]) + "\n")
        notes.flush()

    @functools.wraps(call)
    async def later(*args: Any, **options: Any) -> Any:
        began = time.time_ns()
        try:
            return await call(*args, **options)
        finally:
            note(began)

    @functools.wraps(call)
    def at_once(*args: Any, **options: Any) -> Any:
        began = time.time_ns()
        try:
            return call(*args, **options)
        finally:
            note(began)

    return later if asyncio.iscoroutinefunction(call) else at_once


if __name__ == "__main__":
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        sys.argv = ["octopus", *sys.argv[2:]]
        note_times(file)
        main()
