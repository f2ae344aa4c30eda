"""Signals: what the world tells the machine. `at` is when it happened; the machine itself has no clock."""

from dataclasses import dataclass, field
from typing import Literal

from octopus.domain.event import ArtifactRef, MetricValue


@dataclass(frozen=True, slots=True)
class StepRunKey:
    """Which step run: iteration and attempt both start at 1."""

    step_id: str
    iteration: int = 1
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class RunAdmitted:
    """The run's turn in the queue has come and its MLflow parent run exists."""

    at: str
    mlflow_run_id: str | None
    mlflow_experiment_id: str | None = None


@dataclass(frozen=True, slots=True)
class AttemptStarted:
    """`backend_reason`: why it is not the warm one; None if it is, and if the cold one was asked for."""

    at: str
    key: StepRunKey
    backend: str
    mlflow_run_id: str | None
    backend_reason: str | None = None


@dataclass(frozen=True, slots=True)
class AttemptProgressed:
    at: str
    key: StepRunKey
    fraction: float | None
    message: str


@dataclass(frozen=True, slots=True)
class AttemptMeasured:
    at: str
    key: StepRunKey
    name: str
    value: MetricValue
    step: int = 0


@dataclass(frozen=True, slots=True)
class AttemptProduced:
    """An artifact that is known before the attempt's end."""

    at: str
    key: StepRunKey
    artifact: ArtifactRef


@dataclass(frozen=True, slots=True)
class AttemptSucceeded:
    """The process ended well, its outputs are collected and its MLflow run is closed. `emitted`: the output ports it
    emitted; `artifacts`: every artifact, those of ports with `port` set."""

    at: str
    key: StepRunKey
    emitted: frozenset[str]
    metrics: dict[str, MetricValue] = field(default_factory=dict)
    artifacts: tuple[ArtifactRef, ...] = ()
    exit_code: int | None = 0
    tracking: Literal["closed", "pending"] = "closed"


@dataclass(frozen=True, slots=True)
class AttemptFailed:
    """`outcome`: `failed` is the user's code, `timed_out` the clock, `lost` the machinery. Metrics and artifacts made
    before the end are kept."""

    at: str
    key: StepRunKey
    outcome: Literal["failed", "timed_out", "lost"]
    reason: str
    exit_code: int | None = None
    metrics: dict[str, MetricValue] = field(default_factory=dict)
    artifacts: tuple[ArtifactRef, ...] = ()
    tracking: Literal["closed", "pending"] = "closed"


@dataclass(frozen=True, slots=True)
class AttemptCancelled:
    """The process tree is gone and the MLflow run is closed as KILLED, or the attempt never started."""

    at: str
    key: StepRunKey
    reason: str
    exit_code: int | None = None
    tracking: Literal["closed", "pending"] = "closed"


@dataclass(frozen=True, slots=True)
class AttemptReused:
    """An earlier result stands in for the attempt that was to start; answers StartAttempt in place of AttemptStarted
    and AttemptSucceeded."""

    at: str
    key: StepRunKey
    from_run: str
    from_step: str
    from_iteration: int
    emitted: frozenset[str]
    mlflow_run_id: str | None = None
    metrics: dict[str, MetricValue] = field(default_factory=dict)
    artifacts: tuple[ArtifactRef, ...] = ()


@dataclass(frozen=True, slots=True)
class RetryDue:
    """The back-off that WakeAfter asked for is over. `key`: of the next attempt."""

    at: str
    key: StepRunKey


@dataclass(frozen=True, slots=True)
class RunTimedOut:
    """The run's time limit is reached."""

    at: str


@dataclass(frozen=True, slots=True)
class CancelRequested:
    at: str


@dataclass(frozen=True, slots=True)
class RunClosed:
    """The MLflow parent run is closed, as CloseRun asked."""

    at: str
    tracking: Literal["closed", "pending"] = "closed"


Signal = (
    RunAdmitted
    | AttemptStarted
    | AttemptProgressed
    | AttemptMeasured
    | AttemptProduced
    | AttemptSucceeded
    | AttemptFailed
    | AttemptCancelled
    | AttemptReused
    | RetryDue
    | RunTimedOut
    | CancelRequested
    | RunClosed
)
