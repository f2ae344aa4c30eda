"""What the executor needs of its surroundings; bootstrap hands in the adapters, tests their fakes."""

from collections.abc import Sequence
from typing import Protocol

from octopus.domain.event import Event
from octopus.domain.results import StepResultRecord
from octopus.domain.run import Idempotency, RunRecord


class RunStore(Protocol):
    """Every method raises StorageUnavailable if the database does not answer."""

    async def create_run(
        self, run: RunRecord, first: Sequence[Event], idempotency: Idempotency | None
    ) -> tuple[RunRecord, bool]:
        """Store a run with its first events in one durable transaction. Answers (record, True), or (the earlier record,
        False) if the key was used with the same body; raises Conflict if it was used with another body."""
        ...

    async def append(self, run_id: str, events: Sequence[Event], results: Sequence[StepResultRecord] = ()) -> None:
        """Commit `events`, which continue the run's seq without a gap, durably; the record follows them. `results` of
        the steps that succeeded with these events are kept in the same transaction."""
        ...

    async def get_run(self, run_id: str) -> RunRecord | None: ...

    async def events(self, run_id: str, after: int = 0, limit: int | None = None) -> list[Event]: ...

    async def unfinished_runs(self) -> list[RunRecord]:
        """Runs that have not ended, in the order they were queued."""
        ...


class Results(Protocol):
    """What earlier step runs left behind. Every method raises StorageUnavailable if the database does not answer."""

    async def with_fingerprint(self, value: str) -> StepResultRecord | None:
        """The newest result with this fingerprint that was not forgotten."""
        ...

    async def latest(self, pipeline_key: str, step_id: str) -> StepResultRecord | None:
        """The newest result of that step of that pipeline, forgotten ones included (they tell how long it took)."""
        ...

    async def of_step_run(self, run_id: str, step_id: str, iteration: int) -> StepResultRecord | None:
        """The result that this very step run left, also if it was forgotten."""
        ...

    async def forget(self, pipeline_key: str, step_id: str, fingerprint: str | None = None) -> int:
        """Reuse no earlier result of this step any more, and none with this fingerprint. Answers how many there
        were."""
        ...


class Audience(Protocol):
    """Whoever is watching. Calls never block and never fail."""

    def publish(self, run_id: str, events: Sequence[Event]) -> None:
        """`events` are committed and may be seen."""
        ...

    def log_grew(self, run_id: str) -> None:
        """An attempt of the run has new log lines in its log file."""
        ...
