"""In-memory stand-ins for what the executor needs of its surroundings, for tests without a database."""

from collections.abc import Sequence

from octopus.domain.errors import Conflict, StorageUnavailable
from octopus.domain.event import Event
from octopus.domain.fold import fold_all
from octopus.domain.run import Idempotency, RunRecord


class InMemoryRunStore:
    """Implements execution.ports.RunStore. `is_down`: every call raises StorageUnavailable."""

    def __init__(self) -> None:
        self._records: dict[str, RunRecord] = {}
        self._events: dict[str, list[Event]] = {}
        self._keys: dict[str, tuple[str, str]] = {}
        self.is_down = False

    async def create_run(
        self, run: RunRecord, first: Sequence[Event], idempotency: Idempotency | None
    ) -> tuple[RunRecord, bool]:
        self._answer()
        if idempotency is not None and idempotency.key in self._keys:
            run_id, digest = self._keys[idempotency.key]
            if digest != idempotency.body_digest:
                raise Conflict("The Idempotency-Key was used with another body.")
            return self._records[run_id], False
        if idempotency is not None:
            self._keys[idempotency.key] = (run.id, idempotency.body_digest)
        self._records[run.id] = run
        self._events[run.id] = list(first)
        return run, True

    async def append(self, run_id: str, events: Sequence[Event]) -> None:
        self._answer()
        known = self._events[run_id]
        if [event.seq for event in events] != list(range(len(known) + 1, len(known) + 1 + len(events))):
            raise ValueError(f"the events of run {run_id} do not continue at {len(known) + 1}")
        known.extend(events)
        state = fold_all(run_id, known)
        self._records[run_id] = self._records[run_id].model_copy(
            update={
                "status": state.status,
                "reason": state.reason,
                "started_at": state.started_at,
                "ended_at": state.ended_at,
            }
        )

    async def get_run(self, run_id: str) -> RunRecord | None:
        self._answer()
        return self._records.get(run_id)

    async def events(self, run_id: str, after: int = 0, limit: int | None = None) -> list[Event]:
        self._answer()
        found = [event for event in self._events.get(run_id, []) if event.seq > after]
        return found if limit is None else found[:limit]

    async def unfinished_runs(self) -> list[RunRecord]:
        self._answer()
        return [record for record in self._records.values() if not record.status.is_terminal]

    def _answer(self) -> None:
        if self.is_down:
            raise StorageUnavailable("The database is down.")


class RecordedAudience:
    """Implements execution.ports.Audience: remembers what it was told."""

    def __init__(self) -> None:
        self.published: dict[str, list[Event]] = {}
        self.growths: dict[str, int] = {}

    def publish(self, run_id: str, events: Sequence[Event]) -> None:
        self.published.setdefault(run_id, []).extend(events)

    def log_grew(self, run_id: str) -> None:
        self.growths[run_id] = self.growths.get(run_id, 0) + 1
