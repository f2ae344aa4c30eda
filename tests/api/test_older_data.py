"""A data directory that an earlier octopus wrote opens with everything in it.

tests/fixtures/data_directories/schema_<revision> holds one per released revision of the tables: the dump of its
database and the logs of its attempts, written by that version: a pipeline saved twice, a run that succeeded, one whose
second step failed, one that was going on when the server ended.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from octopus.store.migrations import REVISIONS
from tests.api.world import ENDED, World, open_world, problem_of

FIXTURES = Path(__file__).parents[1] / "fixtures" / "data_directories"
PIPELINE = "pipeline00000000000000000000000a"
SUCCEEDED = "run00000000000000000succeeded000"
FAILED = "run00000000000000000000failed000"
GOING_ON = "run00000000000000000000running00"


@pytest.fixture(scope="module", params=sorted(path.name for path in FIXTURES.iterdir()))
def old(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp(request.param)
    data = folder / "data"
    data.mkdir(mode=0o700)
    shutil.copytree(FIXTURES / request.param / "attempts", data / "attempts")
    with closing(sqlite3.connect(data / "octopus.db")) as connection:
        connection.executescript((FIXTURES / request.param / "octopus.sql").read_text("utf-8"))
    with open_world(folder) as world:
        yield world


def test_there_is_one_for_every_revision_before_this_one() -> None:
    assert sorted(path.name for path in FIXTURES.iterdir()) == [f"schema_{name}" for name in REVISIONS[:-1]]


def test_pipelines_and_their_history_are_there(old: World) -> None:
    pipeline = old.client.get(f"/api/pipelines/{PIPELINE}").json()
    assert (pipeline["version"], pipeline["document"]["description"]) == (2, "second version")
    versions = old.client.get(f"/api/pipelines/{PIPELINE}/versions").json()["items"]
    assert [(one["version"], one["message"]) for one in versions] == [(2, "better"), (1, "")]


def test_every_run_is_listed_and_shows_its_steps(old: World) -> None:
    listed = {one["id"] for one in old.client.get("/api/runs").json()["items"]}
    assert {SUCCEEDED, FAILED, GOING_ON} <= listed
    succeeded, failed = (old.client.get(f"/api/runs/{run_id}").json() for run_id in (SUCCEEDED, FAILED))
    assert (succeeded["status"], [one["status"] for one in succeeded["steps"]]) == ("succeeded", ["succeeded"] * 2)
    assert (failed["status"], failed["steps"][1]["reason"]) == ("failed", "exit code 3: ValueError: no flowers")
    assert (failed["scope"]["mode"], failed["force"], failed["pipeline_id"]) == ("all", False, PIPELINE)
    for run_id in (SUCCEEDED, FAILED):
        events = old.client.get(f"/api/runs/{run_id}/events").json()["items"]
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        assert len(old.client.get(f"/api/runs/{run_id}/steps").json()["items"]) == 2


def test_every_log_can_be_read(old: World) -> None:
    for run_id in (SUCCEEDED, FAILED):
        log = old.client.get(f"/api/runs/{run_id}/steps/load/log").json()
        assert [line["text"] for line in log["lines"]] == ["hello from the old version", "second line"]


def test_what_was_going_on_is_ended_with_a_reason(old: World) -> None:
    over = old.wait_for(GOING_ON, lambda view: view["status"] in ENDED)
    assert over["status"] == "failed"
    assert over["reason"]
    assert [line["text"] for line in old.client.get(f"/api/runs/{GOING_ON}/steps/load/log").json()["lines"]] == ["half"]


def test_what_the_old_version_did_not_keep_is_said_to_be_missing(old: World) -> None:
    refusal = problem_of(old.client.post(f"/api/runs/{FAILED}/resume"), 422)
    assert refusal["code"] == "upstream_result_missing"
    problem_of(old.client.get(f"/api/runs/{FAILED}/steps/load/story"), 404)


def test_its_pipelines_run_again(old: World) -> None:
    run_id = old.post("/api/runs", {"pipeline_id": PIPELINE}).json()["id"]
    assert old.wait_for(run_id, lambda view: view["status"] in ENDED)["status"] == "succeeded"
