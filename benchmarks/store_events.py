"""How many events a second the store commits, one by one and in batches, each commit durable on the disk."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, median, spread
from octopus.domain.event import Event
from octopus.store.database import Database
from octopus.store.runs import SqlRunStore
from tests.support.runs import QUEUED, a_record, events_of

ROUNDS = 5
SINGLE = 500
BATCHES, BATCH = 20, 50


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="octopus-bench-") as folder:
        single, batched = asyncio.run(_rates(Path(folder)))
    unit = "events/s"
    yield Figure(f"events stored, {BATCH} per commit", median(batched), unit, 1000, True, detail=spread(batched, unit))
    yield Figure("events stored, one per commit", median(single), unit, None, True, detail=spread(single, unit))


async def _rates(folder: Path) -> tuple[list[float], list[float]]:
    database = Database.open(folder / "octopus.db")
    store = SqlRunStore(database)
    single = [await _rate(store, f"s{n}", 1, SINGLE) for n in range(ROUNDS)]
    batched = [await _rate(store, f"b{n}", BATCH, BATCHES) for n in range(ROUNDS)]
    database.close()
    return single, batched


async def _rate(store: SqlRunStore, run_id: str, size: int, commits: int) -> float:
    await store.create_run(a_record(run_id), events_of(run_id, QUEUED), None)
    progress = {"kind": "step.progress", "step_id": "train", "fraction": 0.5, "message": "tree 40 of 100"}
    chunks: list[list[Event]] = [
        events_of(run_id, *[progress] * size, after=1 + number * size) for number in range(commits)
    ]
    began = time.perf_counter()
    for chunk in chunks:
        await store.append(run_id, chunk)
    return size * commits / (time.perf_counter() - began)
