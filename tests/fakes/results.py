"""In-memory Results: equal to SqlResults as tests/contract/test_results.py shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from octopus.domain import event as e
from octopus.domain.results import StepResultRecord, pipeline_key
from octopus.domain.run import RunRecord


@dataclass(frozen=True, slots=True)
class Kept:
    """A step run's result; `record` is the original's if it was reused."""

    pipeline_key: str
    run_id: str
    step_id: str
    iteration: int
    record: StepResultRecord
    forgotten: bool = False


class InMemoryResults:
    def __init__(self) -> None:
        self._kept: list[Kept] = []

    def keep(self, run: RunRecord, events: Sequence[e.Event], results: Sequence[StepResultRecord]) -> None:
        """What SqlRunStore.append does with results and reused step runs."""
        self._kept += [Kept(one.pipeline_key, one.run_id, one.step_id, one.iteration, one) for one in results]
        for event in events:
            if isinstance(event, e.StepReused):
                origin = self._of(event.from_run, event.from_step, event.from_iteration)
                if origin is not None:
                    key = pipeline_key(run.pipeline_id, run.name)
                    place = Kept(key, event.run_id, event.step_id, event.iteration, origin.record, origin.forgotten)
                    self._kept.append(place)

    async def with_fingerprint(self, value: str) -> StepResultRecord | None:
        return self._newest(lambda one: one.record.fingerprint.value == value and not one.forgotten)

    async def latest(self, pipeline_key: str, step_id: str) -> StepResultRecord | None:
        return self._newest(lambda one: (one.pipeline_key, one.step_id) == (pipeline_key, step_id))

    async def of_step_run(self, run_id: str, step_id: str, iteration: int) -> StepResultRecord | None:
        found = self._of(run_id, step_id, iteration)
        return found.record if found is not None else None

    async def forget(self, pipeline_key: str, step_id: str, fingerprint: str | None = None) -> int:
        of_step = [one for one in self._kept if (one.pipeline_key, one.step_id) == (pipeline_key, step_id)]
        equal = {fingerprint, *(one.record.fingerprint.value for one in of_step)} - {None}
        known = [one for one in self._kept if one.record.fingerprint.value in equal and not one.forgotten]
        self._kept = [replace(one, forgotten=True) if one in known else one for one in self._kept]
        return len({(one.record.run_id, one.record.step_id, one.record.iteration) for one in known})

    def _newest(self, fits: Callable[[Kept], bool]) -> StepResultRecord | None:
        return next((one.record for one in reversed(self._kept) if fits(one)), None)

    def _of(self, run_id: str, step_id: str, iteration: int) -> Kept | None:
        place = (run_id, step_id, iteration)
        return next((k for k in reversed(self._kept) if (k.run_id, k.step_id, k.iteration) == place), None)
