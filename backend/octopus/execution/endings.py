"""How an attempt ended, as the signal that the machine is told, and the result that is kept of one that succeeded."""

from dataclasses import dataclass
from typing import Literal

from octopus.domain.results import StepResultRecord
from octopus.domain.tracking import Collected
from octopus.engine.cancelling import REASON
from octopus.engine.signals import AttemptCancelled, AttemptFailed, AttemptReused, AttemptSucceeded, StepRunKey
from octopus.execution.backends.protocol import Exit
from octopus.execution.closings import Closed
from octopus.execution.reasons import failure_reason
from octopus.execution.reuse.lookup import Hit

Ending = AttemptSucceeded | AttemptFailed | AttemptCancelled | AttemptReused


@dataclass(frozen=True, slots=True)
class Ended:
    """`result`: what is kept of an attempt that succeeded, for reuse."""

    signal: Ending
    result: StepResultRecord | None = None


def cancelled(at: str, key: StepRunKey, exit_code: int | None, closed: Closed) -> Ended:
    return Ended(AttemptCancelled(at, key, REASON, exit_code, closed))


def lost(at: str, key: StepRunKey, reason: str, closed: Closed) -> Ended:
    return Ended(AttemptFailed(at, key, "lost", reason, tracking=closed))


def never_started(at: str, key: StepRunKey, reason: str) -> Ended:
    """The step's own fault, found before there was anything to start."""
    return Ended(AttemptFailed(at, key, "failed", reason))


def failed(at: str, key: StepRunKey, reason: str, leftovers: Collected, closed: Closed) -> Ended:
    """The process ended well, what it left cannot be accepted."""
    return Ended(AttemptFailed(at, key, "failed", reason, 0, leftovers.metrics, leftovers.artifacts, closed))


def exited(at: str, key: StepRunKey, end: Exit, timeout_s: float | None, leftovers: Collected, closed: Closed) -> Ended:
    """The process did not end well. `timeout_s`: the limit it had."""
    reason = f"reached its time limit of {timeout_s:g} s" if end.timed_out and timeout_s else failure_reason(end)
    return Ended(
        AttemptFailed(
            at=at,
            key=key,
            outcome=_outcome(end),
            reason=reason,
            exit_code=end.exit_code,
            metrics=leftovers.metrics,
            artifacts=leftovers.artifacts,
            tracking=closed,
        )
    )


def succeeded(at: str, key: StepRunKey, collected: Collected, closed: Closed, result: StepResultRecord) -> Ended:
    return Ended(
        AttemptSucceeded(
            at=at,
            key=key,
            emitted=frozenset(collected.emitted),
            metrics=collected.metrics,
            artifacts=collected.artifacts,
            tracking=closed,
        ),
        result,
    )


def reused(at: str, key: StepRunKey, hit: Hit) -> Ended:
    result = hit.result
    return Ended(
        AttemptReused(
            at=at,
            key=key,
            from_run=result.run_id,
            from_step=result.step_id,
            from_iteration=result.iteration,
            emitted=frozenset(result.emitted),
            mlflow_run_id=result.mlflow_run_id,
            metrics=result.metrics,
            artifacts=result.artifacts,
        )
    )


def _outcome(end: Exit) -> Literal["failed", "timed_out", "lost"]:
    if end.timed_out:
        return "timed_out"
    return "lost" if end.lost else "failed"
