"""Waiting for a condition, with a limit that only a fault reaches."""

import time
from collections.abc import Callable


def until(condition: Callable[[], object], what: str, limit_s: float = 120.0) -> None:
    """Returns once it holds. `what`: says in the failure what was waited for."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, f"still waiting until {what}"
        time.sleep(0.05)
