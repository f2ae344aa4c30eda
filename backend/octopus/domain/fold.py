"""fold(state, event): how events become what is seen. Pure; its twin is frontend/src/domain/fold.ts, and the same
recorded event files (tests/fixtures/events) test both. Change them together."""

from collections.abc import Callable, Iterable
from typing import Any, assert_never

from octopus.domain import event as e
from octopus.domain.run import EdgeView, Progress, RunState, StepRunView
from octopus.domain.status import RunStatus, StepStatus


def fold(state: RunState, event: e.Event) -> RunState:
    """The state after `event`. An event already folded in (seq <= last_seq) changes nothing."""
    if event.seq <= state.last_seq:
        return state
    return _apply(state, event).model_copy(update={"last_seq": event.seq})


def fold_all(run_id: str, events: Iterable[e.Event]) -> RunState:
    """The state after all `events` of the run `run_id`, in their order."""
    state = RunState(id=run_id)
    for event in events:
        state = fold(state, event)
    return state


def _apply(state: RunState, event: e.Event) -> RunState:
    match event:
        case e.RunQueued():
            return state.model_copy(
                update={
                    "status": RunStatus.QUEUED,
                    "queued_at": event.at,
                    "steps": tuple(StepRunView(id=step_id) for step_id in event.steps),
                }
            )
        case e.RunStarted():
            return state.model_copy(
                update={
                    "status": RunStatus.RUNNING,
                    "started_at": event.at,
                    "mlflow_run_id": event.mlflow_run_id,
                    "mlflow_experiment_id": event.mlflow_experiment_id,
                }
            )
        case e.RunCancelling():
            return state.model_copy(update={"status": RunStatus.CANCELLING})
        case e.RunSucceeded():
            return state.model_copy(update={"status": RunStatus.SUCCEEDED, "ended_at": event.at})
        case e.RunFailed():
            return state.model_copy(update={"status": RunStatus.FAILED, "ended_at": event.at, "reason": event.reason})
        case e.RunCancelled():
            return state.model_copy(
                update={"status": RunStatus.CANCELLED, "ended_at": event.at, "reason": event.reason}
            )
        case e.StepQueued():
            return _begin(state, event)
        case e.StepStarted():
            return _update(
                state,
                event,
                status=StepStatus.RUNNING,
                started_at=event.at,
                backend=event.backend,
                mlflow_run_id=event.mlflow_run_id,
            )
        case e.StepProgress():
            return _update(state, event, progress=Progress(fraction=event.fraction, message=event.message))
        case e.StepMetric():
            return _change(state, event, lambda run: {"metrics": {**run.metrics, event.name: event.value}})
        case e.StepArtifact():
            return _change(state, event, lambda run: {"artifacts": _with_artifact(run.artifacts, event)})
        case e.StepSucceeded():
            return _update(
                state, event, status=StepStatus.SUCCEEDED, ended_at=event.at, exit_code=event.exit_code, progress=None
            )
        case e.StepFailed():
            return _end(state, event, StepStatus.FAILED)
        case e.StepTimedOut():
            return _end(state, event, StepStatus.TIMED_OUT)
        case e.StepLost():
            return _end(state, event, StepStatus.LOST)
        case e.StepSkipped():
            return _end(state, event, StepStatus.SKIPPED)
        case e.StepCancelled():
            return _end(state, event, StepStatus.CANCELLED)
        case e.StepCancelling():
            return _update(state, event, status=StepStatus.CANCELLING)
        case e.EdgeDelivered():
            return _resolve(state, EdgeView(id=event.edge_id, status="delivered"))
        case e.EdgeDead():
            return _resolve(state, EdgeView(id=event.edge_id, status="dead", cause=event.cause))
        case _:
            assert_never(event)


def _begin(state: RunState, event: e.StepQueued) -> RunState:
    fresh = StepRunView(
        id=event.step_id,
        status=StepStatus.QUEUED,
        iteration=event.iteration,
        attempt=event.attempt,
        queued_at=event.at,
    )
    return _replace(state, event.step_id, lambda _: fresh)


def _end(
    state: RunState,
    event: e.StepFailed | e.StepTimedOut | e.StepLost | e.StepSkipped | e.StepCancelled,
    status: StepStatus,
) -> RunState:
    return _update(
        state,
        event,
        status=status,
        ended_at=event.at,
        reason=event.reason,
        exit_code=event.exit_code,
        cause_step=event.cause_step,
        progress=None,
    )


def _with_artifact(artifacts: tuple[e.ArtifactRef, ...], event: e.StepArtifact) -> tuple[e.ArtifactRef, ...]:
    ref = e.ArtifactRef(**{name: getattr(event, name) for name in e.ArtifactRef.model_fields})
    return (*(a for a in artifacts if (a.port, a.path) != (ref.port, ref.path)), ref)


def _update(state: RunState, event: e._StepEvent, **changes: Any) -> RunState:
    return _change(state, event, lambda _: changes)


def _change(state: RunState, event: e._StepEvent, changes: Callable[[StepRunView], dict[str, Any]]) -> RunState:
    return _replace(state, event.step_id, lambda run: run.model_copy(update=changes(run)))


def _replace(state: RunState, step_id: str, change: Callable[[StepRunView], StepRunView]) -> RunState:
    steps = tuple(change(run) if run.id == step_id else run for run in state.steps)
    return state.model_copy(update={"steps": steps})


def _resolve(state: RunState, edge: EdgeView) -> RunState:
    edges = (*(other for other in state.edges if other.id != edge.id), edge)
    return state.model_copy(update={"edges": edges})
