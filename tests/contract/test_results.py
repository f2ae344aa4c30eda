"""What every store of results promises; the database's and the fake's alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from octopus.domain.errors import Conflict
from octopus.domain.results import StepResultRecord
from octopus.execution.ports import Results, RunStore
from octopus.store.database import Database
from octopus.store.results import SqlResults
from octopus.store.runs import SqlRunStore
from tests.fakes.run_store import InMemoryRunStore
from tests.support.runs import QUEUED, a_record, a_result, events_of

pytestmark = pytest.mark.anyio


@dataclass
class Shelf:
    """Runs and what they leave behind."""

    runs: RunStore
    results: Results

    async def run(self, run_id: str, pipeline_id: str | None = None) -> None:
        await self.runs.create_run(a_record(run_id, pipeline_id=pipeline_id), events_of(run_id, QUEUED), None)

    async def succeed(self, result: StepResultRecord) -> StepResultRecord:
        event: dict[str, Any] = {"kind": "step.succeeded", "step_id": result.step_id}
        await self.runs.append(result.run_id, await self._next(result.run_id, event), [result])
        return result

    async def reuse(self, run_id: str, origin: StepResultRecord, step_id: str = "split") -> None:
        event: dict[str, Any] = {
            "kind": "step.reused",
            "step_id": step_id,
            "from_run": origin.run_id,
            "from_step": origin.step_id,
        }
        await self.runs.append(run_id, await self._next(run_id, event))

    async def _next(self, run_id: str, event: dict[str, Any]) -> Any:
        return events_of(run_id, event, after=len(await self.runs.events(run_id)))


@pytest.fixture(params=["database", "fake"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    if request.param == "fake":
        store = InMemoryRunStore()
        yield Shelf(store, store.results)
        return
    database = Database.open(tmp_path / "octopus.db")
    yield Shelf(SqlRunStore(database), SqlResults(database))
    database.close()


async def test_a_result_is_found_as_it_was_by_fingerprint_by_step_and_by_step_run(shelf: Shelf) -> None:
    await shelf.run("r1")
    kept = await shelf.succeed(a_result())
    assert await shelf.results.with_fingerprint("sha256:aa") == kept
    assert await shelf.results.latest("name:Iris", "split") == kept
    assert await shelf.results.of_step_run("r1", "split", 1) == kept


async def test_what_left_no_result_has_none(shelf: Shelf) -> None:
    await shelf.run("r1")
    await shelf.succeed(a_result())
    assert await shelf.results.with_fingerprint("sha256:bb") is None
    assert await shelf.results.latest("name:Iris", "other") is None
    assert await shelf.results.latest("id:Iris", "split") is None
    assert await shelf.results.of_step_run("r1", "split", 2) is None


async def test_the_newest_result_counts(shelf: Shelf) -> None:
    await shelf.run("r1")
    await shelf.run("r2")
    old, new = await shelf.succeed(a_result("r2")), await shelf.succeed(a_result("r1"))
    assert await shelf.results.with_fingerprint("sha256:aa") == new
    assert await shelf.results.latest("name:Iris", "split") == new
    assert await shelf.results.of_step_run("r2", "split", 1) == old


async def test_a_result_that_depends_on_something_unknown_is_only_found_by_its_step(shelf: Shelf) -> None:
    await shelf.run("r1")
    kept = await shelf.succeed(a_result(fingerprint=None))
    assert await shelf.results.latest("name:Iris", "split") == kept
    assert await shelf.results.forget("name:Iris", "split") == 0


async def test_a_result_is_not_kept_when_its_events_are_refused(shelf: Shelf) -> None:
    await shelf.run("r1")
    with pytest.raises(Conflict):
        await shelf.runs.append("r1", events_of("r1", "run.started", after=7), [a_result()])
    assert await shelf.results.with_fingerprint("sha256:aa") is None


async def test_a_forgotten_result_is_not_reused_but_still_tells_of_itself(shelf: Shelf) -> None:
    await shelf.run("r1")
    kept = await shelf.succeed(a_result())
    assert await shelf.results.forget("name:Iris", "split") == 1
    assert await shelf.results.with_fingerprint("sha256:aa") is None
    assert await shelf.results.latest("name:Iris", "split") == kept
    assert await shelf.results.of_step_run("r1", "split", 1) == kept
    assert await shelf.results.forget("name:Iris", "split") == 0


async def test_forgetting_one_step_leaves_the_others(shelf: Shelf) -> None:
    await shelf.run("r1")
    await shelf.succeed(a_result())
    other = await shelf.succeed(a_result(step_id="clean", fingerprint="sha256:bb"))
    assert await shelf.results.forget("name:Iris", "split") == 1
    assert await shelf.results.with_fingerprint("sha256:bb") == other


async def test_a_result_that_another_pipeline_left_is_forgotten_by_its_fingerprint(shelf: Shelf) -> None:
    await shelf.run("r1")
    await shelf.succeed(a_result())
    await shelf.succeed(a_result(step_id="clean", fingerprint=None))
    assert await shelf.results.forget("name:Other", "part", "sha256:aa") == 1
    assert await shelf.results.with_fingerprint("sha256:aa") is None
    assert await shelf.results.forget("name:Other", "part", None) == 0


async def test_a_step_that_was_only_ever_reused_is_known_by_the_result_it_stands_on(shelf: Shelf) -> None:
    await shelf.run("r1")
    await shelf.run("r2", pipeline_id="p")
    origin = await shelf.succeed(a_result())
    await shelf.reuse("r2", origin, step_id="part")
    assert await shelf.results.latest("id:p", "part") == origin
    assert await shelf.results.of_step_run("r2", "part", 1) == origin
    assert await shelf.results.with_fingerprint("sha256:aa") == origin


async def test_forgetting_a_reused_step_forgets_the_result_it_stands_on(shelf: Shelf) -> None:
    await shelf.run("r1")
    await shelf.run("r2", pipeline_id="p")
    origin = await shelf.succeed(a_result())
    await shelf.reuse("r2", origin)
    assert await shelf.results.forget("id:p", "split") == 1
    assert await shelf.results.with_fingerprint("sha256:aa") is None


async def test_a_step_run_that_takes_over_a_forgotten_result_does_not_bring_it_back(shelf: Shelf) -> None:
    await shelf.run("r1")
    await shelf.run("r2", pipeline_id="p")
    origin = await shelf.succeed(a_result())
    await shelf.results.forget("name:Iris", "split")
    await shelf.reuse("r2", origin)
    assert await shelf.results.with_fingerprint("sha256:aa") is None
    assert await shelf.results.latest("id:p", "split") == origin


async def test_reusing_the_result_of_a_run_that_nobody_knows_leaves_nothing(shelf: Shelf) -> None:
    await shelf.run("r2")
    await shelf.reuse("r2", a_result("r0"))
    assert await shelf.results.of_step_run("r2", "split", 1) is None
