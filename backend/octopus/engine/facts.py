"""Makes events. Each function states one fact; the stamp numbers and dates it."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeVar

from pydantic import JsonValue

from octopus.domain import event as e
from octopus.domain.base import Value
from octopus.engine.board import Ending, StepRun, StoppedBy
from octopus.engine.signals import (
    AttemptMeasured,
    AttemptProgressed,
    AttemptReused,
    AttemptStarted,
    RunAdmitted,
    StepRunKey,
)
from octopus.engine.tokens import Dead, Token

Tracking = Literal["closed", "pending"]


_STEP_FIELDS = {"seq", "run_id", "at", "step_id", "iteration", "attempt"}
_STARTED_FIELDS = _STEP_FIELDS | {"backend", "mlflow_run_id"}
_SUCCEEDED_FIELDS = _STEP_FIELDS | {"exit_code", "ports", "tracking"}
_EDGE_FIELDS = {"seq", "run_id", "at", "edge_id"}
_set = object.__setattr__
V = TypeVar("V", bound=Value)


class Stamp(NamedTuple):
    """The part every event has."""

    seq: int
    run_id: str
    at: str


def run_queued(
    stamp: Stamp, steps: tuple[str, ...], parameters: dict[str, JsonValue], of_run: str | None
) -> e.RunQueued:
    seq, run_id, at = stamp
    return e.RunQueued(seq=seq, run_id=run_id, at=at, steps=steps, parameters=parameters, of_run=of_run)


def run_started(stamp: Stamp, signal: RunAdmitted) -> e.RunStarted:
    return e.RunStarted(
        seq=stamp.seq,
        run_id=stamp.run_id,
        at=stamp.at,
        mlflow_run_id=signal.mlflow_run_id,
        mlflow_experiment_id=signal.mlflow_experiment_id,
    )


def run_cancelling(stamp: Stamp, cause: StoppedBy) -> e.RunCancelling:
    return e.RunCancelling(seq=stamp.seq, run_id=stamp.run_id, at=stamp.at, cause=cause)


def run_ended(stamp: Stamp, ending: Ending, results: dict[str, e.StepResult], tracking: Tracking) -> e.Event:
    seq, run_id, at = stamp
    match ending.status:
        case "succeeded":
            return e.RunSucceeded(seq=seq, run_id=run_id, at=at, results=results, tracking=tracking)
        case "cancelled":
            return e.RunCancelled(
                seq=seq, run_id=run_id, at=at, results=results, tracking=tracking, reason=ending.reason
            )
        case _:
            return e.RunFailed(seq=seq, run_id=run_id, at=at, results=results, tracking=tracking, reason=ending.reason)


def step_queued(stamp: Stamp, key: StepRunKey) -> e.StepQueued:
    return _unchecked(e.StepQueued, _STEP_FIELDS, {**_of_step(stamp, key), "kind": "step.queued"})


def step_started(stamp: Stamp, signal: AttemptStarted) -> e.StepStarted:
    said = {
        "kind": "step.started",
        "backend": signal.backend,
        "mlflow_run_id": signal.mlflow_run_id,
        "backend_reason": signal.backend_reason,
    }
    stated = _STARTED_FIELDS if signal.backend_reason is None else _STARTED_FIELDS | {"backend_reason"}
    return _unchecked(e.StepStarted, stated, {**_of_step(stamp, signal.key), **said})


def step_cancelling(stamp: Stamp, key: StepRunKey) -> e.StepCancelling:
    seq, run_id, at = stamp
    return e.StepCancelling(
        seq=seq, run_id=run_id, at=at, step_id=key.step_id, iteration=key.iteration, attempt=key.attempt
    )


def step_progress(stamp: Stamp, signal: AttemptProgressed) -> e.StepProgress:
    return e.StepProgress(
        seq=stamp.seq,
        run_id=stamp.run_id,
        at=stamp.at,
        step_id=signal.key.step_id,
        iteration=signal.key.iteration,
        attempt=signal.key.attempt,
        fraction=share(signal.fraction),
        message=signal.message,
    )


def step_metric(stamp: Stamp, signal: AttemptMeasured) -> e.StepMetric:
    return e.StepMetric(
        seq=stamp.seq,
        run_id=stamp.run_id,
        at=stamp.at,
        step_id=signal.key.step_id,
        iteration=signal.key.iteration,
        attempt=signal.key.attempt,
        name=signal.name,
        value=travelling(signal.value),
        step=signal.step,
    )


def step_artifact(stamp: Stamp, key: StepRunKey, artifact: e.ArtifactRef) -> e.StepArtifact:
    return e.StepArtifact(
        seq=stamp.seq,
        run_id=stamp.run_id,
        at=stamp.at,
        step_id=key.step_id,
        iteration=key.iteration,
        attempt=key.attempt,
        port=artifact.port,
        path=artifact.path,
        digest=artifact.digest,
        size_bytes=artifact.size_bytes,
        format=artifact.format,
        rows=artifact.rows,
        uri=artifact.uri,
    )


def step_succeeded(
    stamp: Stamp, key: StepRunKey, exit_code: int | None, ports: tuple[str, ...], tracking: Tracking
) -> e.StepSucceeded:
    said = {"kind": "step.succeeded", "exit_code": exit_code, "ports": ports, "tracking": tracking}
    return _unchecked(e.StepSucceeded, _SUCCEEDED_FIELDS, {**_of_step(stamp, key), **said})


def step_reused(stamp: Stamp, signal: AttemptReused) -> e.StepReused:
    return e.StepReused(
        seq=stamp.seq,
        run_id=stamp.run_id,
        at=stamp.at,
        step_id=signal.key.step_id,
        iteration=signal.key.iteration,
        attempt=signal.key.attempt,
        from_run=signal.from_run,
        from_step=signal.from_step,
        from_iteration=signal.from_iteration,
        mlflow_run_id=signal.mlflow_run_id,
        metrics={name: travelling(value) for name, value in signal.metrics.items()},
        artifacts=signal.artifacts,
        ports=tuple(sorted(signal.emitted)),
    )


def step_retrying(stamp: Stamp, key: StepRunKey, next_attempt: int, delay_s: float, reason: str) -> e.StepRetrying:
    return e.StepRetrying(
        seq=stamp.seq,
        run_id=stamp.run_id,
        at=stamp.at,
        step_id=key.step_id,
        iteration=key.iteration,
        attempt=key.attempt,
        next_attempt=next_attempt,
        delay_s=delay_s,
        reason=reason,
    )


EndedBadly = type[e.StepFailed] | type[e.StepTimedOut] | type[e.StepLost] | type[e.StepSkipped] | type[e.StepCancelled]
ENDED_BADLY: dict[str, EndedBadly] = {
    "failed": e.StepFailed,
    "timed_out": e.StepTimedOut,
    "lost": e.StepLost,
    "skipped": e.StepSkipped,
    "cancelled": e.StepCancelled,
}


def step_ended_badly(
    stamp: Stamp, run: StepRun, exit_code: int | None = None, tracking: Tracking = "closed"
) -> e.Event:
    return ENDED_BADLY[run.status](
        seq=stamp.seq,
        run_id=stamp.run_id,
        at=stamp.at,
        step_id=run.key.step_id,
        iteration=run.key.iteration,
        attempt=run.key.attempt,
        reason=run.reason,
        exit_code=exit_code,
        cause_step=run.cause_step,
        tracking=tracking,
    )


def edge_resolved(stamp: Stamp, edge_id: str, token: Token) -> e.Event:
    seq, run_id, at = stamp
    if isinstance(token, Dead):
        return e.EdgeDead(seq=seq, run_id=run_id, at=at, edge_id=edge_id, cause=token.cause)
    fields = {"seq": seq, "run_id": run_id, "at": at, "kind": "edge.delivered", "edge_id": edge_id}
    return _unchecked(e.EdgeDelivered, _EDGE_FIELDS, fields)


def loop_iterated(
    stamp: Stamp,
    edge_id: str,
    count: int,
    limit: int,
    steps: dict[str, int],
    edges: Sequence[str],
    restarted: Sequence[str],
) -> e.LoopIterated:
    return e.LoopIterated(
        seq=stamp.seq,
        run_id=stamp.run_id,
        at=stamp.at,
        edge_id=edge_id,
        count=count,
        limit=limit,
        steps=steps,
        edges=tuple(edges),
        restarted=tuple(restarted),
    )


def _of_step(stamp: Stamp, key: StepRunKey) -> dict[str, object]:
    return {
        "seq": stamp.seq,
        "run_id": stamp.run_id,
        "at": stamp.at,
        "step_id": key.step_id,
        "iteration": key.iteration,
        "attempt": key.attempt,
    }


def _unchecked(cls: type[V], stated: set[str], fields: dict[str, object]) -> V:
    """The same value as `cls(**...)` makes, at a sixth of the cost: for the events that every step has, whose fields
    the engine itself has made and pydantic need not look at. `fields`: all of them, in the order of the class, as JSON
    will have them; `stated`: those that are not defaults."""
    value = cls.__new__(cls)
    _set(value, "__dict__", fields)
    _set(value, "__pydantic_fields_set__", stated)
    _set(value, "__pydantic_extra__", None)
    _set(value, "__pydantic_private__", None)
    return value


def travelling(value: e.MetricValue) -> e.MetricValue:
    """A metric's value as JSON can carry it: NaN and the infinities as text."""
    if isinstance(value, str) or math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def share(fraction: float | None) -> float | None:
    """A fraction within [0, 1]; None for what is no number."""
    if fraction is None or math.isnan(fraction):
        return None
    return min(1.0, max(0.0, fraction))
