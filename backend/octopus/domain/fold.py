"""fold(state, event): how events become what is seen. Pure; its twin is frontend/src/domain/fold.ts, and the same
recorded event files (tests/fixtures/events) test both. Change them together."""

from collections.abc import Iterable
from typing import assert_never

from octopus.domain import event as e
from octopus.domain.run import EdgeView, Progress, ReusedFrom, RunState, StepRunView
from octopus.domain.status import RunStatus, StepStatus

RunEvent = e.RunQueued | e.RunStarted | e.RunCancelling | e.RunSucceeded | e.RunFailed | e.RunCancelled
EdgeEvent = e.EdgeDelivered | e.EdgeDead
BadEnding = e.StepFailed | e.StepTimedOut | e.StepLost | e.StepSkipped | e.StepCancelled
StepEvent = (
    e.StepQueued
    | e.StepStarted
    | e.StepProgress
    | e.StepMetric
    | e.StepArtifact
    | e.StepSucceeded
    | e.StepCancelling
    | e.StepReused
    | e.StepRetrying
    | BadEnding
)


def fold(state: RunState, event: e.Event) -> RunState:
    """The state after `event`. An event already folded in (seq <= last_seq) changes nothing; one about a step that is
    not in the run changes only `last_seq`."""
    if event.seq <= state.last_seq:
        return state
    if isinstance(event, RunEvent):
        changed = run_after(state, event)
    elif isinstance(event, EdgeEvent):
        edge = edge_after(event)
        edges = (*(other for other in state.edges if other.id != edge.id), edge)
        changed = state.model_copy(update={"edges": edges})
    elif isinstance(event, e.LoopIterated):
        changed = _iterated(state, event)
    else:
        steps = tuple(step_after(view, event) if view.id == event.step_id else view for view in state.steps)
        changed = state.model_copy(update={"steps": steps})
    return changed.model_copy(update={"last_seq": event.seq})


def fold_all(run_id: str, events: Iterable[e.Event]) -> RunState:
    """The state after all `events` of the run `run_id`, in their order; linear in their number."""
    folder = Folder(run_id)
    for event in events:
        folder.add(event)
    return folder.state()


class Folder:
    """The same as `fold` for many events of one run: adding one costs the same however many steps the run has."""

    def __init__(self, run_id: str) -> None:
        self._run = RunState(id=run_id)
        self._steps: dict[str, StepRunView] = {}
        self._edges: dict[str, EdgeView] = {}
        self._last_seq = 0

    def add(self, event: e.Event) -> tuple[StepRunView, ...]:
        """Fold `event` in. Answers the step runs that it began or changed."""
        if event.seq <= self._last_seq:
            return ()
        self._last_seq = event.seq
        if isinstance(event, RunEvent):
            self._run = run_after(self._run, event)
            return self._begin() if isinstance(event, e.RunQueued) else ()
        if isinstance(event, EdgeEvent):
            self._edges.pop(event.edge_id, None)
            self._edges[event.edge_id] = edge_after(event)
            return ()
        if isinstance(event, e.LoopIterated):
            return self._iterate(event)
        view = self._steps.get(event.step_id)
        return () if view is None else self._put(step_after(view, event))

    def _begin(self) -> tuple[StepRunView, ...]:
        self._steps = {view.id: view for view in self._run.steps}
        return self._run.steps

    def _iterate(self, event: e.LoopIterated) -> tuple[StepRunView, ...]:
        self._run = self._run.model_copy(update={"loop_counts": counts_after(self._run.loop_counts, event)})
        for edge_id in event.edges:
            self._edges.pop(edge_id, None)
        return self._put(*(again(event, step_id) for step_id in event.steps if step_id in self._steps))

    def _put(self, *views: StepRunView) -> tuple[StepRunView, ...]:
        self._steps.update((view.id, view) for view in views)
        return views

    def state(self) -> RunState:
        """What `fold` would have made of the events added so far."""
        changes = {
            "steps": tuple(self._steps.values()),
            "edges": tuple(self._edges.values()),
            "last_seq": self._last_seq,
        }
        return self._run.model_copy(update=changes)


def run_after(state: RunState, event: RunEvent) -> RunState:
    """`state` with what `event` says about the run as a whole."""
    changes: dict[str, object]
    match event:
        case e.RunQueued():
            changes = {
                "status": RunStatus.QUEUED,
                "queued_at": event.at,
                "steps": tuple(StepRunView(id=step_id) for step_id in event.steps),
            }
        case e.RunStarted():
            changes = {
                "status": RunStatus.RUNNING,
                "started_at": event.at,
                "mlflow_run_id": event.mlflow_run_id,
                "mlflow_experiment_id": event.mlflow_experiment_id,
            }
        case e.RunCancelling():
            changes = {"status": RunStatus.CANCELLING}
        case e.RunSucceeded():
            changes = {"status": RunStatus.SUCCEEDED, "ended_at": event.at}
        case e.RunFailed():
            changes = {"status": RunStatus.FAILED, "ended_at": event.at, "reason": event.reason}
        case e.RunCancelled():
            changes = {"status": RunStatus.CANCELLED, "ended_at": event.at, "reason": event.reason}
        case _:
            assert_never(event)
    return state.model_copy(update=changes)


def step_after(view: StepRunView, event: StepEvent) -> StepRunView:
    """`view` with what `event` says about its step; a step that is queued begins afresh, and the attempt after a
    failed one is queued while it waits for its time."""
    changes: dict[str, object]
    match event:
        case e.StepQueued():
            return StepRunView(
                id=view.id,
                status=StepStatus.QUEUED,
                iteration=event.iteration,
                attempt=event.attempt,
                queued_at=event.at,
            )
        case e.StepStarted():
            changes = {
                "status": StepStatus.RUNNING,
                "started_at": event.at,
                "backend": event.backend,
                "backend_reason": event.backend_reason,
                "mlflow_run_id": event.mlflow_run_id,
            }
        case e.StepProgress():
            changes = {"progress": Progress(fraction=event.fraction, message=event.message)}
        case e.StepMetric():
            changes = {"metrics": {**view.metrics, event.name: event.value}}
        case e.StepArtifact():
            changes = {"artifacts": _with_artifact(view.artifacts, event)}
        case e.StepSucceeded():
            changes = {
                "status": StepStatus.SUCCEEDED,
                "ended_at": event.at,
                "exit_code": event.exit_code,
                "progress": None,
            }
        case e.StepReused():
            changes = _reused(event)
        case e.StepRetrying():
            return StepRunView(
                id=view.id,
                status=StepStatus.QUEUED,
                reason=event.reason,
                iteration=event.iteration,
                attempt=event.next_attempt,
                queued_at=event.at,
            )
        case e.StepCancelling():
            changes = {"status": StepStatus.CANCELLING}
        case e.StepFailed():
            changes = _ended(event, StepStatus.FAILED)
        case e.StepTimedOut():
            changes = _ended(event, StepStatus.TIMED_OUT)
        case e.StepLost():
            changes = _ended(event, StepStatus.LOST)
        case e.StepSkipped():
            changes = _ended(event, StepStatus.SKIPPED)
        case e.StepCancelled():
            changes = _ended(event, StepStatus.CANCELLED)
        case _:
            assert_never(event)
    return view.model_copy(update=changes)


def edge_after(event: EdgeEvent) -> EdgeView:
    """What `event` says of its edge."""
    if isinstance(event, e.EdgeDead):
        return EdgeView(id=event.edge_id, status="dead", cause=event.cause)
    return EdgeView(id=event.edge_id, status="delivered")


def again(event: e.LoopIterated, step_id: str) -> StepRunView:
    """The step run with which a step that the loop repeats begins anew."""
    return StepRunView(id=step_id, iteration=event.steps[step_id])


def counts_after(loop_counts: dict[str, int], event: e.LoopIterated) -> dict[str, int]:
    """Per loop edge that has fired the execution its body is in; a loop that is not named is in its first."""
    return {**loop_counts, **dict.fromkeys(event.restarted, 1), event.edge_id: event.count}


def _iterated(state: RunState, event: e.LoopIterated) -> RunState:
    waiting = set(event.edges)
    return state.model_copy(
        update={
            "loop_counts": counts_after(state.loop_counts, event),
            "steps": tuple(again(event, view.id) if view.id in event.steps else view for view in state.steps),
            "edges": tuple(edge for edge in state.edges if edge.id not in waiting),
        }
    )


def _reused(event: e.StepReused) -> dict[str, object]:
    return {
        "status": StepStatus.REUSED,
        "ended_at": event.at,
        "mlflow_run_id": event.mlflow_run_id,
        "metrics": event.metrics,
        "artifacts": event.artifacts,
        "reused_from": ReusedFrom(run_id=event.from_run, step_id=event.from_step, iteration=event.from_iteration),
        "progress": None,
    }


def _ended(event: BadEnding, status: StepStatus) -> dict[str, object]:
    return {
        "status": status,
        "ended_at": event.at,
        "reason": event.reason,
        "exit_code": event.exit_code,
        "cause_step": event.cause_step,
        "progress": None,
    }


def _with_artifact(artifacts: tuple[e.ArtifactRef, ...], event: e.StepArtifact) -> tuple[e.ArtifactRef, ...]:
    """An artifact told twice stands once, at its latest place."""
    ref = e.ArtifactRef(**{name: getattr(event, name) for name in e.ArtifactRef.model_fields})
    return (*(a for a in artifacts if (a.port, a.path) != (ref.port, ref.path)), ref)
