"""What the world says about attempts. A signal about an attempt that is not under way changes nothing."""

from octopus.domain.event import ArtifactRef, MetricValue
from octopus.domain.status import StepStatus
from octopus.engine import facts
from octopus.engine.board import StepRun
from octopus.engine.desk import Desk
from octopus.engine.retrying import retry
from octopus.engine.rules.cancel_wins import cancel_wins
from octopus.engine.settling import settle
from octopus.engine.signals import (
    AttemptCancelled,
    AttemptFailed,
    AttemptMeasured,
    AttemptProduced,
    AttemptProgressed,
    AttemptReused,
    AttemptStarted,
    AttemptSucceeded,
    StepRunKey,
)

_TELLING = (StepStatus.QUEUED, StepStatus.RUNNING, StepStatus.CANCELLING)
"""An attempt may say what it waits for, such as its Python environment, before its process is there."""


def started(desk: Desk, signal: AttemptStarted) -> None:
    """A cancel that came while the attempt was being started shows as running, then cancelling: no status is left out,
    none goes back."""
    run = _under_way(desk, signal.key)
    if run is None or run.status is not StepStatus.QUEUED:
        return
    run.status, run.mlflow_run_id = StepStatus.RUNNING, signal.mlflow_run_id
    desk.recorder.record(facts.step_started(desk.recorder.stamp(), signal))
    why = "" if signal.backend_reason is None else f": {signal.backend_reason}"
    desk.board.tell(run.key.step_id, f"started on backend {signal.backend}{why}")
    if desk.board.is_stopping:
        show_cancelling(desk, run)


def progressed(desk: Desk, signal: AttemptProgressed) -> None:
    run = _under_way(desk, signal.key)
    if run is not None and run.status in _TELLING:
        desk.recorder.record(facts.step_progress(desk.recorder.stamp(), signal))


def measured(desk: Desk, signal: AttemptMeasured) -> None:
    if run := _under_way(desk, signal.key):
        _record_metric(desk, run, signal)


def produced(desk: Desk, signal: AttemptProduced) -> None:
    if run := _under_way(desk, signal.key):
        _record_artifact(desk, run, signal.artifact)


def succeeded(desk: Desk, signal: AttemptSucceeded) -> None:
    run = _under_way(desk, signal.key)
    if run is None:
        return
    if signal.metrics or signal.artifacts:
        _record_yield(desk, run, signal.at, signal.metrics, signal.artifacts)
    if desk.board.is_stopping and _lost_to_a_cancel(desk, run, signal.exit_code, signal.tracking):
        return
    run.status, run.emitted = StepStatus.SUCCEEDED, signal.emitted
    if desk.keeps_history:
        stamp, ports = desk.recorder.stamp(), tuple(sorted(signal.emitted))
        desk.recorder.record(facts.step_succeeded(stamp, run.key, signal.exit_code, ports, signal.tracking))
        desk.board.tell(run.key.step_id, "succeeded")
    settle(desk, run)


def reused(desk: Desk, signal: AttemptReused) -> None:
    run = _under_way(desk, signal.key)
    if run is None or _lost_to_a_cancel(desk, run, None, "closed"):
        return
    run.status, run.emitted, run.mlflow_run_id = StepStatus.REUSED, signal.emitted, signal.mlflow_run_id
    event = facts.step_reused(desk.recorder.stamp(), signal)
    run.metrics = dict(event.metrics)
    run.artifacts = {(artifact.port, artifact.path): artifact for artifact in event.artifacts}
    desk.recorder.record(event)
    origin = f"step {signal.from_step}, iteration {signal.from_iteration}, of run {signal.from_run}"
    desk.board.tell(run.key.step_id, f"reused: its result is that of {origin}")
    settle(desk, run)


def failed(desk: Desk, signal: AttemptFailed) -> None:
    run = _under_way(desk, signal.key)
    if run is None:
        return
    _record_yield(desk, run, signal.at, signal.metrics, signal.artifacts)
    run.status, run.reason = StepStatus(signal.outcome), signal.reason
    _record_end(desk, run, signal.exit_code, signal.tracking)
    if not retry(desk, run):
        settle(desk, run)


def cancelled(desk: Desk, signal: AttemptCancelled) -> None:
    if run := _under_way(desk, signal.key):
        _cancel(desk, run, signal.reason, signal.exit_code, signal.tracking)


def never_started(desk: Desk, run: StepRun, reason: str) -> None:
    """`run` was marked as cancelled before it was commanded to start."""
    _cancel(desk, run, reason, None, "closed")


def show_cancelling(desk: Desk, run: StepRun) -> None:
    run.status = StepStatus.CANCELLING
    desk.recorder.record(facts.step_cancelling(desk.recorder.stamp(), run.key))


def _under_way(desk: Desk, key: StepRunKey) -> StepRun | None:
    run = desk.board.find(key)
    return run if run is not None and run.in_flight else None


def _lost_to_a_cancel(desk: Desk, run: StepRun, exit_code: int | None, tracking: facts.Tracking) -> bool:
    """Whether `run` is cancelled although it has just succeeded."""
    if cancel_wins(StepStatus.SUCCEEDED, desk.board.is_stopping) is StepStatus.SUCCEEDED:
        return False
    _cancel(desk, run, "cancelled before its success was recorded", exit_code, tracking)
    return True


def _cancel(desk: Desk, run: StepRun, reason: str, exit_code: int | None, tracking: facts.Tracking) -> None:
    run.status, run.reason = StepStatus.CANCELLED, reason
    _record_end(desk, run, exit_code, tracking)
    settle(desk, run)


def _record_end(desk: Desk, run: StepRun, exit_code: int | None, tracking: facts.Tracking) -> None:
    desk.recorder.record(facts.step_ended_badly(desk.recorder.stamp(), run, exit_code, tracking))
    desk.board.tell(run.key.step_id, f"{run.status}{': ' if run.reason else ''}{run.reason}")


def _record_yield(
    desk: Desk, run: StepRun, at: str, metrics: dict[str, MetricValue], artifacts: tuple[ArtifactRef, ...]
) -> None:
    """Metrics and artifacts that were not told already."""
    for name, value in metrics.items():
        if run.metrics.get(name) != facts.travelling(value):
            _record_metric(desk, run, AttemptMeasured(at, run.key, name, value))
    for artifact in artifacts:
        if run.artifacts.get((artifact.port, artifact.path)) != artifact:
            _record_artifact(desk, run, artifact)


def _record_artifact(desk: Desk, run: StepRun, artifact: ArtifactRef) -> None:
    run.artifacts[artifact.port, artifact.path] = artifact
    desk.recorder.record(facts.step_artifact(desk.recorder.stamp(), run.key, artifact))


def _record_metric(desk: Desk, run: StepRun, signal: AttemptMeasured) -> None:
    event = facts.step_metric(desk.recorder.stamp(), signal)
    run.metrics[event.name] = event.value
    desk.recorder.record(event)
