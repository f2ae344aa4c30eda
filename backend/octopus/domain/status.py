"""Statuses of runs and step runs; the first group of each may still change, the second is final."""

from enum import StrEnum


class StepStatus(StrEnum):
    PENDING = "pending"
    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    LOST = "lost"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    REUSED = "reused"

    @property
    def is_terminal(self) -> bool:
        return self not in _LIVE_STEP


class RunStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_terminal(self) -> bool:
        return self not in _LIVE_RUN


_LIVE_STEP = frozenset({StepStatus.PENDING, StepStatus.QUEUED, StepStatus.RUNNING, StepStatus.CANCELLING})
_LIVE_RUN = frozenset({RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.CANCELLING})
