"""Ends a run whose machinery died: from its recorded events to the events that are missing.

For the next start of a server that was killed and cannot go on with the run. What was under way is `lost`, what had
not started is skipped, and the run fails, or ends cancelled if it was being cancelled. Whoever calls this has made sure
that no process is left.
"""

from collections.abc import Sequence

from octopus.domain import event as e
from octopus.domain.fold import fold_all
from octopus.domain.run import RunState, StepRunView
from octopus.domain.status import RunStatus, StepStatus
from octopus.engine.cancelling import out_of_time
from octopus.engine.rules.run_end import ON_REQUEST

NOT_STARTED = "not run because the server stopped"


def abandon(run_id: str, events: Sequence[e.Event], at: str, reason: str) -> tuple[e.Event, ...]:
    """The missing events, ready to be appended; empty for a run that has ended. `reason`: why the machinery died."""
    state = fold_all(run_id, events)
    if state.status.is_terminal:
        return ()
    open_steps = [run for run in state.steps if not run.status.is_terminal]
    seq = state.last_seq
    endings = [_step_ended(run_id, seq + n, at, run, reason) for n, run in enumerate(open_steps, start=1)]
    if any(isinstance(event, e.RunCancelling) and event.cause == "timeout" for event in events):
        failed_because: str | None = out_of_time(None)
    else:
        failed_because = None if state.status is RunStatus.CANCELLING else reason
    return (*endings, _run_ended(state, seq + len(endings) + 1, at, failed_because))


def _step_ended(run_id: str, seq: int, at: str, run: StepRunView, reason: str) -> e.Event:
    was_under_way = run.status in (StepStatus.RUNNING, StepStatus.CANCELLING)
    kind = e.StepLost if was_under_way else e.StepSkipped
    return kind(
        seq=seq,
        run_id=run_id,
        at=at,
        step_id=run.id,
        iteration=run.iteration,
        attempt=run.attempt,
        reason=reason if was_under_way else NOT_STARTED,
    )


def _run_ended(state: RunState, seq: int, at: str, failed_because: str | None) -> e.Event:
    """`failed_because` None: it was being cancelled."""
    results = {
        run.id: e.StepResult(metrics=run.metrics, artifacts=run.artifacts, mlflow_run_id=run.mlflow_run_id)
        for run in state.steps
        if run.mlflow_run_id is not None or run.metrics or run.artifacts
    }
    if failed_because is None:
        return e.RunCancelled(seq=seq, run_id=state.id, at=at, results=results, reason=ON_REQUEST)
    return e.RunFailed(seq=seq, run_id=state.id, at=at, results=results, reason=failed_because)
