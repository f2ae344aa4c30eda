"""Appending events to a run, in the transaction of the caller: numbered without a gap, and the run's row follows them.

This is the busiest statement of octopus, so it goes past the ORM with statements that are built once.
"""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlmodel import SQLModel

from octopus.domain import event as e
from octopus.domain.errors import Conflict, NotFound
from octopus.domain.status import RunStatus
from octopus.store.tables import EventRow, RunRow


def _table(row: type[SQLModel]) -> Table:
    return cast(Table, row.__table__)  # type: ignore[attr-defined]


_RUNS, _EVENTS = _table(RunRow), _table(EventRow)
_STATE = select(_RUNS.c.last_seq, _RUNS.c.status).where(_RUNS.c.id == bindparam("id"))
_INSERT = insert(_EVENTS)
_OF_RUN = update(_RUNS).where(_RUNS.c.id == bindparam("of_run"))
_ADVANCE = _OF_RUN.values(last_seq=bindparam("to"))


def append_events(connection: Connection, run_id: str, events: Sequence[e.Event]) -> None:
    """Raises NotFound for an unknown run, Conflict if the run has ended or `events` do not continue its seq."""
    if not events:
        return
    state = connection.execute(_STATE, {"id": run_id}).one_or_none()
    if state is None:
        raise NotFound(f"There is no run {run_id}.")
    _check(run_id, state.last_seq, RunStatus(state.status), events)
    connection.execute(
        _INSERT, [{"run_id": run_id, "seq": event.seq, "payload": event.model_dump_json()} for event in events]
    )
    connection.execute(_ADVANCE, {"of_run": run_id, "to": events[-1].seq})
    if changes := _changes(events):
        connection.execute(_OF_RUN.values(**changes), {"of_run": run_id})


def _check(run_id: str, last_seq: int, status: RunStatus, events: Sequence[e.Event]) -> None:
    if status.is_terminal:
        raise Conflict(f"Run {run_id} has ended ({status}); nothing can follow its last event.")
    for expected, event in enumerate(events, last_seq + 1):
        if event.seq != expected:
            raise Conflict(f"Event {event.seq} of run {run_id} does not follow event {expected - 1}.")
        if event.run_id != run_id:
            raise Conflict(f"An event of run {event.run_id} was to be appended to run {run_id}.")


def _changes(events: Sequence[e.Event]) -> dict[str, Any]:
    """What `events` change in the run's row beside its last_seq."""
    changes: dict[str, Any] = {}
    for event in events:
        match event:
            case e.RunStarted():
                changes |= {
                    "status": RunStatus.RUNNING.value,
                    "started_at": event.at,
                    "mlflow_run_id": event.mlflow_run_id,
                    "mlflow_experiment_id": event.mlflow_experiment_id,
                }
            case e.RunCancelling():
                changes |= {"status": RunStatus.CANCELLING.value}
            case e.RunSucceeded():
                changes |= {"status": RunStatus.SUCCEEDED.value, "ended_at": event.at}
            case e.RunFailed():
                changes |= {"status": RunStatus.FAILED.value, "ended_at": event.at, "reason": event.reason}
            case e.RunCancelled():
                changes |= {"status": RunStatus.CANCELLED.value, "ended_at": event.at, "reason": event.reason}
            case _:
                pass
    return changes
