"""Commands: what the machine asks of the world. Each is answered, sooner or later, by a signal."""

from dataclasses import dataclass, field
from typing import NamedTuple

from octopus.compiler.plan import MetricReference
from octopus.domain.event import MetricValue
from octopus.domain.status import RunStatus
from octopus.engine.signals import StepRunKey


class Delivery(NamedTuple):
    """One value for an input port: which step run made it, at which of its output ports."""

    source: StepRunKey
    source_port: str


@dataclass(frozen=True, slots=True)
class StartAttempt:
    """Start one `mlflow run`, or reuse an earlier result in its place. `inputs`: per input port (without `after`) the
    values delivered, in the document's edge order; an empty tuple for an unconnected or dead optional port. `metrics`:
    per metric that the step's parameters refer to its value in the latest iteration, None if there is none. Answered by
    AttemptReused, or by AttemptStarted and then one of AttemptSucceeded / AttemptFailed / AttemptCancelled; the latter
    two may come without AttemptStarted."""

    key: StepRunKey
    inputs: dict[str, tuple[Delivery, ...]]
    metrics: dict[MetricReference, MetricValue | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CancelAttempt:
    """End the attempt's whole process tree. Answered by AttemptCancelled (also if it had not started)."""

    key: StepRunKey


@dataclass(frozen=True, slots=True)
class CloseRun:
    """Every step is terminal: close the MLflow parent run. Answered by RunClosed."""

    status: RunStatus
    reason: str


@dataclass(frozen=True, slots=True)
class WakeAfter:
    """Say RetryDue for `key`, the next attempt, after `delay_s` seconds. Forgotten if the run is cancelled before."""

    key: StepRunKey
    delay_s: float


Command = StartAttempt | CancelAttempt | WakeAfter | CloseRun
