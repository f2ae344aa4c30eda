"""When the disk is nearly full, when the database is locked or full: a clear word, nothing lost, and on it goes."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from octopus.store import database as database_module
from tests.api.world import ENDED, World, document, open_world, problem_of, step
from tests.fakes.instant_backend import Act

ONE = document(step("load"), name="One")


def test_a_nearly_full_disk_takes_no_new_run_and_says_so(tmp_path: Path) -> None:
    with open_world(tmp_path, min_free_bytes=2**62) as world:
        answer = world.post("/api/runs", {"document": ONE})
        problem = problem_of(answer, 503)
        assert (problem["code"], int(answer.headers["retry-after"]) > 0) == ("disk_nearly_full", True)
        assert world.client.get("/api/runs").json()["items"] == []
        assert world.save(ONE)["version"] == 1
        health = world.client.get("/api/health")
        assert (health.status_code, health.json()["status"]) == (200, "degraded")
        disk = health.json()["disk"]
        assert (disk["ok"], disk["no_new_runs_bytes"], disk["free_bytes"] > 0) == (False, 2**62, True)


def test_health_counts_attempts_and_names_every_loop(own_world: World) -> None:
    own_world.acts["load"] = Act(hangs=True)
    run_id = own_world.post("/api/runs", {"document": ONE}).json()["id"]
    own_world.wait_for(run_id, lambda view: view["steps"][0]["status"] == "running")
    health = own_world.client.get("/api/health").json()
    assert health["attempts"] == 1
    assert {"recovery", "closings", "disk"} <= {loop["name"] for loop in health["loops"]}
    assert all(loop["ok"] for loop in health["loops"])
    own_world.client.post(f"/api/runs/{run_id}/cancel")
    own_world.wait_for(run_id, lambda view: view["status"] in ENDED)
    assert own_world.client.get("/api/health").json()["attempts"] == 0


def test_a_loop_that_stands_still_makes_health_fail(own_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ages = {"recovery": 0.5, "disk": 3600.0}
    monkeypatch.setattr(own_world.container.health, "_loop_ages_s", lambda: ages)
    answer = own_world.client.get("/api/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "degraded")
    assert [loop["name"] for loop in answer.json()["loops"] if not loop["ok"]] == ["disk"]


def locked(world: World) -> sqlite3.Connection:
    """Another program's connection that holds the write lock; to be used from any thread."""
    path = world.container.database.path
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def test_a_save_waits_for_a_lock_that_is_let_go(own_world: World) -> None:
    with closing(locked(own_world)) as other:
        letting_go = threading.Timer(0.5, lambda: other.execute("COMMIT"))
        letting_go.start()
        assert own_world.save(ONE)["version"] == 1
        letting_go.join()


def test_a_lock_held_for_too_long_is_503_and_later_all_is_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_S", 0.05)
    with open_world(tmp_path) as world:
        with closing(locked(world)) as other:
            for path, body in (("/api/pipelines", {"document": ONE}), ("/api/runs", {"document": ONE})):
                answer = world.post(path, body)
                assert problem_of(answer, 503)["code"] == "storage_unavailable"
                assert int(answer.headers["retry-after"]) > 0
            assert world.client.get("/api/pipelines").json()["items"] == []
            other.execute("ROLLBACK")
        assert world.run(ONE)["status"] == "succeeded"


def test_a_full_database_is_503_and_the_run_that_waited_ends(own_world: World) -> None:
    world = own_world
    world.acts["load"] = Act(hangs=True)
    run_id = world.post("/api/runs", {"document": ONE}).json()["id"]
    world.wait_for(run_id, lambda view: view["steps"][0]["status"] == "running")
    allow_pages(world, 1)
    answer = world.post("/api/pipelines", {"document": {**ONE, "description": "x" * 19_000}})
    assert (problem_of(answer, 503)["code"], int(answer.headers["retry-after"]) > 0) == ("disk_full", True)
    assert world.client.get(f"/api/runs/{run_id}").json()["status"] == "running"
    assert world.client.get("/api/pipelines").status_code == 200
    world.client.post(f"/api/runs/{run_id}/cancel")
    allow_pages(world, 2**30)
    assert world.wait_for(run_id, lambda view: view["status"] in ENDED)["status"] == "cancelled"
    assert world.save(ONE)["version"] == 1


def allow_pages(world: World, count: int) -> None:
    """A limit is a connection's own: on all of the pool. SQLite never sets it below what is there."""
    engine = world.container.database._engine
    connections = [engine.connect() for _ in range(engine.pool.size())]  # type: ignore[attr-defined]
    for connection in connections:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {count}")
        connection.close()
