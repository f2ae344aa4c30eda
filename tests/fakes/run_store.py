"""An in-memory RunStore: quick, and equal to SqlRunStore as tests/contract/test_run_store.py shows."""

from collections.abc import Sequence

from octopus.domain import event as e
from octopus.domain.errors import Conflict, NotFound
from octopus.domain.results import StepResultRecord
from octopus.domain.run import Idempotency, RunRecord
from octopus.domain.status import RunStatus
from tests.fakes.results import InMemoryResults


class InMemoryRunStore:
    """`results`: what was handed in with events."""

    def __init__(self) -> None:
        self.results = InMemoryResults()
        self._records: dict[str, RunRecord] = {}
        self._events: dict[str, list[e.Event]] = {}
        self._keys: dict[str, tuple[str, str]] = {}

    async def create_run(
        self, run: RunRecord, first: Sequence[e.Event], idempotency: Idempotency | None
    ) -> tuple[RunRecord, bool]:
        if idempotency is not None and idempotency.key in self._keys:
            body_digest, run_id = self._keys[idempotency.key]
            if body_digest != idempotency.body_digest:
                raise Conflict("This Idempotency-Key was used with another body.", code="idempotency_key_reused")
            return self._records[run_id], False
        _check(run, (), first)
        self._records[run.id] = _follow(run, first)
        self._events[run.id] = list(first)
        if idempotency is not None:
            self._keys[idempotency.key] = (idempotency.body_digest, run.id)
        return self._records[run.id], True

    async def append(self, run_id: str, events: Sequence[e.Event], results: Sequence[StepResultRecord] = ()) -> None:
        if not events:
            return
        if run_id not in self._records:
            raise NotFound(f"There is no run {run_id}.")
        _check(self._records[run_id], self._events[run_id], events)
        self._records[run_id] = _follow(self._records[run_id], events)
        self._events[run_id] += events
        self.results.keep(self._records[run_id], events, results)

    async def get_run(self, run_id: str) -> RunRecord | None:
        return self._records.get(run_id)

    async def events(self, run_id: str, after: int = 0, limit: int | None = None) -> list[e.Event]:
        return self._events.get(run_id, [])[after:][:limit]

    async def unfinished_runs(self) -> list[RunRecord]:
        return [record for record in self._records.values() if not record.status.is_terminal]


def _check(record: RunRecord, known: Sequence[e.Event], events: Sequence[e.Event]) -> None:
    if record.status.is_terminal and events:
        raise Conflict(f"Run {record.id} has ended.")
    for expected, event in enumerate(events, len(known) + 1):
        if event.seq != expected or event.run_id != record.id:
            raise Conflict(f"Event {event.seq} of run {event.run_id} does not follow event {expected - 1}.")


def _follow(record: RunRecord, events: Sequence[e.Event]) -> RunRecord:
    for event in events:
        record = record.model_copy(update=_changes(event))
    return record


def _changes(event: e.Event) -> dict[str, object]:
    match event:
        case e.RunStarted():
            return {"status": RunStatus.RUNNING, "started_at": event.at}
        case e.RunCancelling():
            return {"status": RunStatus.CANCELLING}
        case e.RunSucceeded():
            return {"status": RunStatus.SUCCEEDED, "ended_at": event.at}
        case e.RunFailed():
            return {"status": RunStatus.FAILED, "ended_at": event.at, "reason": event.reason}
        case e.RunCancelled():
            return {"status": RunStatus.CANCELLED, "ended_at": event.at, "reason": event.reason}
        case _:
            return {}
