"""What the world says about attempts. A signal about an attempt that is not under way changes nothing."""

from octopus.domain.event import ArtifactRef, MetricValue
from octopus.domain.status import StepStatus
from octopus.engine import facts
from octopus.engine.board import StepRun
from octopus.engine.desk import Desk
from octopus.engine.rules.cancel_wins import cancel_wins
from octopus.engine.settling import settle
from octopus.engine.signals import (
    AttemptCancelled,
    AttemptFailed,
    AttemptMeasured,
    AttemptProgressed,
    AttemptStarted,
    AttemptSucceeded,
    StepRunKey,
)

_LIVE = (StepStatus.RUNNING, StepStatus.CANCELLING)


def started(desk: Desk, signal: AttemptStarted) -> None:
    """A cancel that came while the attempt was being started shows as running, then cancelling: no status is left out,
    none goes back."""
    run = _under_way(desk, signal.key)
    if run is None or run.status is not StepStatus.QUEUED:
        return
    run.status, run.mlflow_run_id = StepStatus.RUNNING, signal.mlflow_run_id
    desk.recorder.record(facts.step_started(desk.recorder.stamp(), signal))
    desk.board.tell(run.key.step_id, f"started on backend {signal.backend}")
    if desk.board.cancel_requested:
        show_cancelling(desk, run)


def progressed(desk: Desk, signal: AttemptProgressed) -> None:
    run = _under_way(desk, signal.key)
    if run is not None and run.status in _LIVE:
        desk.recorder.record(facts.step_progress(desk.recorder.stamp(), signal))


def measured(desk: Desk, signal: AttemptMeasured) -> None:
    run = _under_way(desk, signal.key)
    if run is not None and run.status in _LIVE:
        _record_metric(desk, run, signal)


def succeeded(desk: Desk, signal: AttemptSucceeded) -> None:
    run = _under_way(desk, signal.key)
    if run is None:
        return
    _record_yield(desk, run, signal.at, signal.metrics, signal.artifacts)
    run.status = cancel_wins(StepStatus.SUCCEEDED, desk.board.cancel_requested)
    run.emitted = signal.emitted
    if run.status is StepStatus.CANCELLED:
        run.reason = "cancelled before its success was recorded"
    settle(desk, run, signal.exit_code, signal.tracking)


def failed(desk: Desk, signal: AttemptFailed) -> None:
    run = _under_way(desk, signal.key)
    if run is None:
        return
    _record_yield(desk, run, signal.at, signal.metrics, signal.artifacts)
    run.status, run.reason = StepStatus(signal.outcome), signal.reason
    settle(desk, run, signal.exit_code, signal.tracking)


def cancelled(desk: Desk, signal: AttemptCancelled) -> None:
    run = _under_way(desk, signal.key)
    if run is None:
        return
    run.status, run.reason = StepStatus.CANCELLED, signal.reason
    settle(desk, run, signal.exit_code, signal.tracking)


def show_cancelling(desk: Desk, run: StepRun) -> None:
    run.status = StepStatus.CANCELLING
    desk.recorder.record(facts.step_cancelling(desk.recorder.stamp(), run.key))


def _under_way(desk: Desk, key: StepRunKey) -> StepRun | None:
    run = desk.board.step_runs.get(key)
    return run if run is not None and run.in_flight else None


def _record_yield(
    desk: Desk, run: StepRun, at: str, metrics: dict[str, MetricValue], artifacts: tuple[ArtifactRef, ...]
) -> None:
    """Metrics that were not told already, and artifacts."""
    for name, value in metrics.items():
        if run.metrics.get(name) != facts.travelling(value):
            _record_metric(desk, run, AttemptMeasured(at, run.key, name, value))
    for artifact in artifacts:
        run.artifacts[artifact.port, artifact.path] = artifact
        desk.recorder.record(facts.step_artifact(desk.recorder.stamp(), run.key, artifact))


def _record_metric(desk: Desk, run: StepRun, signal: AttemptMeasured) -> None:
    event = facts.step_metric(desk.recorder.stamp(), signal)
    run.metrics[event.name] = event.value
    desk.recorder.record(event)
