"""What the executor needs of its surroundings; bootstrap hands in the adapters, tests their fakes."""

from collections.abc import Sequence
from typing import Protocol

from octopus.domain.event import Event
from octopus.domain.run import Idempotency, RunRecord


class RunStore(Protocol):
    """Every method raises StorageUnavailable if the database does not answer."""

    async def create_run(
        self, run: RunRecord, first: Sequence[Event], idempotency: Idempotency | None
    ) -> tuple[RunRecord, bool]:
        """Store a run with its first events in one durable transaction. Answers (record, True), or (the earlier record,
        False) if the key was used with the same body; raises Conflict if it was used with another body."""
        ...

    async def append(self, run_id: str, events: Sequence[Event]) -> None:
        """Commit `events`, which continue the run's seq without a gap, durably; the record follows them."""
        ...

    async def get_run(self, run_id: str) -> RunRecord | None: ...

    async def events(self, run_id: str, after: int = 0, limit: int | None = None) -> list[Event]: ...

    async def unfinished_runs(self) -> list[RunRecord]:
        """Runs that have not ended, in the order they were queued."""
        ...


class Audience(Protocol):
    """Whoever is watching. Calls never block and never fail."""

    def publish(self, run_id: str, events: Sequence[Event]) -> None:
        """`events` are committed and may be seen."""
        ...

    def log_grew(self, run_id: str) -> None:
        """An attempt of the run has new log lines in its log file."""
        ...
