"""Many steps that take no time, with every event in SQLite: through the engine alone, and through everything that the
server does for a step but for its process and its MLflow run."""

import asyncio
import gc
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.engine import layers, stored_seconds
from benchmarks.figure import Figure, median, spread
from octopus.compiler.plan import Plan
from octopus.domain.event import Event, RunSucceeded
from octopus.domain.tracking import NewRun, TrackedRun
from octopus.execution.runs import Runs
from octopus.store.database import Database
from octopus.store.results import SqlResults
from octopus.store.runs import SqlRunStore
from tests.fakes.instant_backend import Act, InstantBackend
from tests.fakes.tracking import FakeRun, InMemoryTracking
from tests.support.engine_room import settings_for

FEW, MANY = 1_000, 5_000
ENGINE_ROUNDS, EXECUTOR_ROUNDS = 3, 1
GOAL_MS = 0.5
LINEAR = 1.25
"""Times as much per step at most."""


def measure() -> Iterator[Figure]:
    plans = {count: layers(count) for count in (FEW, MANY)}
    yield from _both("the engine, every event in SQLite", plans, _through_the_engine, ENGINE_ROUNDS, GOAL_MS)
    yield from _both("the whole executor, attempts that end at once", plans, _through_everything, EXECUTOR_ROUNDS, None)


def _both(
    what: str, plans: dict[int, Plan], way: Callable[[Plan, Path], float], rounds: int, goal: float | None
) -> Iterator[Figure]:
    per_step: dict[int, list[float]] = {FEW: [], MANY: []}
    for _ in range(rounds):
        for count, plan in plans.items():
            with tempfile.TemporaryDirectory(prefix="octopus-bench-") as folder:
                gc.collect()
                per_step[count].append(way(plan, Path(folder)) / count * 1000)
    for count, measured in per_step.items():
        name = f"W5 {count:,} steps through {what}"
        yield Figure(name, median(measured), "ms per step", goal, detail=spread(measured, "ms"))
    ratio = median(per_step[MANY]) / median(per_step[FEW])
    yield Figure(f"W5 a step of {MANY:,} over one of {FEW:,}, {what}", ratio, "times", LINEAR, detail="1: linear")


def _through_the_engine(plan: Plan, folder: Path) -> float:
    async def run() -> float:
        database = Database.open(folder / "octopus.db")
        seconds = await stored_seconds(SqlRunStore(database), "r", plan)
        database.close()
        return seconds

    return asyncio.run(run())


def _through_everything(plan: Plan, folder: Path) -> float:
    return asyncio.run(_executed(replace(plan, steps=tuple(replace(s, mode="force") for s in plan.steps)), folder))


async def _executed(plan: Plan, folder: Path) -> float:
    database, end = Database.open(folder / "octopus.db"), _UntilTheEnd()
    runs = Runs(
        store=SqlRunStore(database),
        results=SqlResults(database),
        audience=end,
        tracking=InstantTracking(folder / "artifacts"),
        backend=InstantBackend(lambda _: Act()),
        settings=settings_for(folder),
        free_bytes=lambda: 2**40,
    )
    await runs.open()
    began = time.perf_counter()
    await runs.start(plan.document, plan)
    await end.reached.wait()
    seconds = time.perf_counter() - began
    await runs.shutdown(0.5)
    database.close()
    assert end.succeeded
    return seconds


class InstantTracking(InMemoryTracking):
    """Looks for no earlier run of the same key: with thousands of them that would be most of what is measured."""

    async def create_run(self, new: NewRun) -> TrackedRun:
        run_id = f"{len(self.runs):032x}"
        directory = self._root / run_id / "artifacts"
        tracked = TrackedRun(
            run_id=run_id, experiment_id="1", artifact_uri=directory.as_uri(), artifact_dir=str(directory)
        )
        self.runs[run_id] = FakeRun(tracked, new)
        return tracked


class _UntilTheEnd:
    """An audience that waits for the run's last event."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.succeeded = False

    def publish(self, run_id: str, events: Sequence[Event]) -> None:
        if events[-1].kind in ("run.succeeded", "run.failed", "run.cancelled"):
            self.succeeded = isinstance(events[-1], RunSucceeded)
            self.reached.set()

    def log_grew(self, run_id: str) -> None:
        return
