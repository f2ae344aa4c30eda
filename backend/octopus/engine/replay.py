"""restore: a run's frozen plan and its recorded events -> a machine that stands where the recorded one stood.

The machine is deterministic, so the events are turned back into the signals that led to them, and a new machine that
gets these must record the very same events. Only the last transition may have been cut short; what it lacks is handed
out to be appended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from octopus.compiler.plan import Plan
from octopus.domain import event as e
from octopus.domain.fold import StepEvent
from octopus.engine.commands import Command
from octopus.engine.machine import RunMachine
from octopus.engine.signals import (
    AttemptCancelled,
    AttemptFailed,
    AttemptMeasured,
    AttemptProduced,
    AttemptProgressed,
    AttemptReused,
    AttemptStarted,
    AttemptSucceeded,
    CancelRequested,
    RetryDue,
    RunAdmitted,
    RunClosed,
    RunTimedOut,
    Signal,
    StepRunKey,
)

_OUTCOMES: dict[str, Literal["failed", "timed_out", "lost"]] = {
    "step.failed": "failed",
    "step.timed_out": "timed_out",
    "step.lost": "lost",
}


class ReplayDiverged(Exception):
    """The events are not those of this plan under these rules: they were recorded by another version of octopus, or
    changed. The run cannot go on; see engine.abandon."""


@dataclass(frozen=True, slots=True)
class Restored:
    """`missing_events`: follow the recorded ones and have to be appended before anything else. `commands`: those that
    are not answered yet, each as it was given: StartAttempt of every attempt in flight (with CancelAttempt after it
    where it is being cancelled), WakeAfter of every back-off (its whole length), CloseRun. `under_way`: attempts in
    flight that are known to have started, so that a process may be alive or have ended meanwhile; the others may have
    been started all the same, just before the events ended."""

    machine: RunMachine
    missing_events: tuple[e.Event, ...]
    commands: tuple[Command, ...]
    under_way: frozenset[StepRunKey]


def restore(run_id: str, plan: Plan, events: Sequence[e.Event]) -> Restored:
    """`events`: any number of them, from the first on. Raises ReplayDiverged."""
    machine = RunMachine(run_id, plan)
    replayed = 0
    missing: tuple[e.Event, ...] = ()
    while replayed < len(events):
        again = _replay(machine, events[replayed])
        recorded = tuple(events[replayed : replayed + len(again)])
        _compare(recorded, again)
        missing = again[len(recorded) :]
        replayed += len(recorded)
    return Restored(machine, missing, machine.outstanding(), machine.under_way())


def _replay(machine: RunMachine, event: e.Event) -> tuple[e.Event, ...]:
    """What the machine records for the signal that `event` was the first answer to."""
    if isinstance(event, e.RunQueued):
        return machine.queued(event.at, event.parameters, event.of_run).events
    signal = signal_of(event)
    events = () if signal is None else machine.handle(signal).events
    if not events:
        raise ReplayDiverged(f"Event {event.seq} ({event.kind}) of run {event.run_id} follows from nothing before it.")
    return events


def _compare(recorded: Sequence[e.Event], again: Sequence[e.Event]) -> None:
    for one, other in zip(recorded, again, strict=False):
        if one != other:
            raise ReplayDiverged(
                f"Event {one.seq} of run {one.run_id} was recorded as {one.kind} and is now {other.kind}: {other}"
            )


def signal_of(event: e.Event) -> Signal | None:
    """The signal whose first event is `event`; None for an event that is only ever a consequence. Metrics and artifacts
    that came with the end of an attempt become signals of their own before it: the events are the same."""
    match event:
        case e.RunStarted():
            return RunAdmitted(event.at, event.mlflow_run_id, event.mlflow_experiment_id)
        case e.RunCancelling():
            return CancelRequested(event.at) if event.cause == "request" else RunTimedOut(event.at)
        case e.RunSucceeded() | e.RunFailed() | e.RunCancelled():
            return RunClosed(event.at, event.tracking)
        case e.StepQueued():
            return RetryDue(event.at, _key(event))
        case e.StepStarted():
            return AttemptStarted(event.at, _key(event), event.backend, event.mlflow_run_id, event.backend_reason)
        case e.StepProgress():
            return AttemptProgressed(event.at, _key(event), event.fraction, event.message)
        case e.StepMetric():
            return AttemptMeasured(event.at, _key(event), event.name, event.value, event.step)
        case e.StepArtifact():
            artifact = e.ArtifactRef(**{name: getattr(event, name) for name in e.ArtifactRef.model_fields})
            return AttemptProduced(event.at, _key(event), artifact)
        case _:
            return _end_of(event)


def _end_of(event: e.Event) -> Signal | None:
    match event:
        case e.StepSucceeded():
            emitted = frozenset(event.ports)
            return AttemptSucceeded(event.at, _key(event), emitted, exit_code=event.exit_code, tracking=event.tracking)
        case e.StepFailed() | e.StepTimedOut() | e.StepLost():
            return _failed(event)
        case e.StepCancelled():
            return AttemptCancelled(event.at, _key(event), event.reason, event.exit_code, event.tracking)
        case e.StepReused():
            return _reused(event)
        case _:
            return None


def _failed(event: e.StepFailed | e.StepTimedOut | e.StepLost) -> AttemptFailed:
    return AttemptFailed(
        event.at, _key(event), _OUTCOMES[event.kind], event.reason, exit_code=event.exit_code, tracking=event.tracking
    )


def _reused(event: e.StepReused) -> AttemptReused:
    return AttemptReused(
        at=event.at,
        key=_key(event),
        from_run=event.from_run,
        from_step=event.from_step,
        from_iteration=event.from_iteration,
        emitted=frozenset(event.ports),
        mlflow_run_id=event.mlflow_run_id,
        metrics=event.metrics,
        artifacts=event.artifacts,
    )


def _key(event: StepEvent) -> StepRunKey:
    return StepRunKey(event.step_id, event.iteration, event.attempt)
