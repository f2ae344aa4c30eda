"""A RunStore that can be switched off, in front of one that cannot."""

from collections.abc import Sequence

from octopus.domain.errors import StorageUnavailable
from octopus.domain.event import Event
from octopus.domain.results import StepResultRecord
from tests.fakes.run_store import InMemoryRunStore


class UnsteadyRunStore(InMemoryRunStore):
    """`is_down`: appending raises StorageUnavailable."""

    is_down = False

    async def append(self, run_id: str, events: Sequence[Event], results: Sequence[StepResultRecord] = ()) -> None:
        if self.is_down:
            raise StorageUnavailable("The database is down.")
        await super().append(run_id, events, results)
