"""Moments: how long ago a Timestamp was, and how much of a delay that began then is left."""

from datetime import datetime


def seconds_between(earlier: str, later: str) -> float:
    """Never negative: the machine's clock may have been set back."""
    return max(0.0, (_moment(later) - _moment(earlier)).total_seconds())


def remaining_s(delay_s: float, since: str, now: str) -> float:
    """What is left now of a delay that began at `since`; 0 if it is over."""
    return max(0.0, delay_s - seconds_between(since, now))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
