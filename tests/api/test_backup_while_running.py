"""A backup of a server at work, restored elsewhere: whole, and of every run that had ended nothing is missing."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from octopus.features.backup.restoring import restore
from octopus.features.backup.writing import Source, backup
from tests.api.world import ENDED, World, document, edge, open_world, step
from tests.fakes.instant_backend import Act

PIPELINE = document(step("load"), step("split", "split"), edge("load.data", "split.data"), name="At work")
WRITERS = 4


@contextmanager
def many_runs(world: World) -> Iterator[list[str]]:
    """Runs that start one after the other, several at a time, until the block ends; their ids."""
    over, started, lock = threading.Event(), [], threading.Lock()

    def keep_running() -> None:
        while not over.is_set():
            run_id: str = world.post("/api/runs", {"document": PIPELINE, "force": True}).json()["id"]
            with lock:
                started.append(run_id)
            world.wait_for(run_id, lambda view: view["status"] in ENDED)

    threads = [threading.Thread(target=keep_running) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield started
    finally:
        over.set()
        for thread in threads:
            thread.join()


def log_of(world: World, run_id: str) -> str:
    text: str = world.client.get(f"/api/runs/{run_id}/steps/load/log/download").text
    return text


def test_every_run_that_had_ended_is_there_with_its_log_and_no_other_goes_on(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "b.tar"
    with open_world(tmp_path) as world:
        world.acts["load"] = Act(stdout=tuple(f"line {n}" for n in range(500)), outputs={"data.csv": "a\n1\n"})
        world.acts["hang"] = Act(hangs=True)
        hanging = world.post("/api/runs", {"document": document(step("hang")), "force": True}).json()["id"]
        with many_runs(world) as started:
            while len(started) < 2 * WRITERS:
                threading.Event().wait(0.01)
            ended_before = {
                one["id"] for one in world.client.get("/api/runs?status=succeeded&limit=200").json()["items"]
            }
            backup(Source(data, data / "octopus.db"), file, lambda _: None)
        logs = {run_id: log_of(world, run_id) for run_id in started}
        world.client.post(f"/api/runs/{hanging}/cancel")

    elsewhere = tmp_path / "elsewhere"
    restore(file, elsewhere / "data", lambda _: None)
    with closing(sqlite3.connect(elsewhere / "data" / "octopus.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with open_world(elsewhere) as restored:
        views = restored.client.get("/api/runs?limit=200").json()["items"]
        status = {one["id"]: one["status"] for one in views}
        succeeded = {run_id for run_id in status if status[run_id] == "succeeded"}
        assert ended_before
        assert ended_before <= succeeded
        assert {run_id: log_of(restored, run_id) for run_id in succeeded} == {
            run_id: logs[run_id] for run_id in succeeded
        }
        assert (status[hanging], set(status.values()) <= ENDED) == ("failed", True)
        assert restored.backend.started == []
