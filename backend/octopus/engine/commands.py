"""Commands: what the machine asks of the world. Each is answered, sooner or later, by a signal."""

from dataclasses import dataclass

from octopus.domain.status import RunStatus
from octopus.engine.signals import StepRunKey


@dataclass(frozen=True, slots=True)
class Delivery:
    """One value for an input port: which step run made it, at which of its output ports."""

    source: StepRunKey
    source_port: str


@dataclass(frozen=True, slots=True)
class StartAttempt:
    """Start one `mlflow run`. `inputs`: per input port (without `after`) the values delivered, in the document's edge
    order; an empty tuple for an unconnected or dead optional port. Answered by AttemptStarted and then one of
    AttemptSucceeded / AttemptFailed / AttemptCancelled; the latter two may come without AttemptStarted."""

    key: StepRunKey
    inputs: dict[str, tuple[Delivery, ...]]


@dataclass(frozen=True, slots=True)
class CancelAttempt:
    """End the attempt's whole process tree. Answered by AttemptCancelled (also if it had not started)."""

    key: StepRunKey


@dataclass(frozen=True, slots=True)
class CloseRun:
    """Every step is terminal: close the MLflow parent run. Answered by RunClosed."""

    status: RunStatus
    reason: str


Command = StartAttempt | CancelAttempt | CloseRun
