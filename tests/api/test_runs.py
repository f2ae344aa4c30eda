"""Runs: accepted durably and once, seen from the first moment, cancelled once, forgotten when over."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.api.world import ENDED, World, document, edge, open_world, problem_of, step
from tests.fakes.instant_backend import Act

IRIS = document(step("load"), step("split", "split"), edge("load.data", "split.data"), name="Iris")
HANGING = document(step("hang"), name="Hanging")


def start_hanging(world: World) -> str:
    world.acts["hang"] = Act(hangs=True, stdout=("here I am",))
    run_id: str = world.post("/api/runs", {"document": HANGING, "force": True}).json()["id"]
    world.wait_for(run_id, lambda view: view["steps"][0]["status"] == "running")
    return run_id


def test_a_run_shows_every_step_from_the_first_moment_and_ends(world: World) -> None:
    answer = world.post("/api/runs", {"document": IRIS, "force": True})
    assert answer.status_code == 201
    view = answer.json()
    assert answer.headers["location"] == f"/api/runs/{view['id']}"
    assert [one["id"] for one in view["steps"]] == ["load", "split"]
    over = world.wait_for(view["id"], lambda now: now["status"] in ENDED)
    assert over["status"] == "succeeded"
    assert [one["status"] for one in over["steps"]] == ["succeeded", "succeeded"]
    assert over["mlflow_url"] == f"/mlflow/#/experiments/1/runs/{over['mlflow_run_id']}"
    assert over["document"]["name"] == "Iris"


def test_a_run_of_a_saved_pipeline_keeps_the_document_as_it_was(world: World) -> None:
    saved = world.save(IRIS)
    run = world.post("/api/runs", {"pipeline_id": saved["id"]}).json()
    changed = {"document": {**IRIS, "name": "Changed"}}
    path = f"/api/pipelines/{saved['id']}"
    assert world.client.put(path, json=changed, headers={"If-Match": '"1"'}).status_code == 200
    assert world.client.delete(path, headers={"If-Match": '"2"'}).status_code == 204
    over = world.wait_for(run["id"], lambda view: view["status"] in ENDED)
    assert (over["pipeline_id"], over["pipeline_version"]) == (saved["id"], 1)
    assert over["document"] == saved["document"]
    listed = world.client.get("/api/runs", params={"pipeline_id": saved["id"]}).json()["items"]
    assert [one["id"] for one in listed] == [run["id"]]


def test_a_failing_step_says_why(world: World) -> None:
    world.acts["load"] = Act(exit_code=3, stderr=("Traceback", "ValueError: no flowers"))
    over = world.run(IRIS)
    load, split = over["steps"]
    assert (over["status"], load["status"], load["exit_code"]) == ("failed", "failed", 3)
    assert load["reason"] == "exit code 3: ValueError: no flowers"
    assert (split["status"], split["cause_step"]) == ("skipped", "load")


def test_twenty_starts_with_one_key_are_one_run(world: World) -> None:
    headers = {"Idempotency-Key": "press-run-once"}

    def start(_: int) -> str:
        answer = world.post("/api/runs", {"document": IRIS, "force": True}, headers=headers)
        assert answer.status_code == 201
        run_id: str = answer.json()["id"]
        return run_id

    before = len(world.backend.started)
    with ThreadPoolExecutor(20) as pool:
        ids = set(pool.map(start, range(20)))
    assert len(ids) == 1
    world.wait_for(ids.pop(), lambda view: view["status"] in ENDED)
    assert len(world.backend.started) == before + 2


def test_one_key_with_two_bodies_is_a_conflict(world: World) -> None:
    headers = {"Idempotency-Key": "another-key"}
    assert world.post("/api/runs", {"document": IRIS, "force": True}, headers=headers).status_code == 201
    problem = problem_of(world.post("/api/runs", {"document": {**IRIS, "name": "B"}}, headers=headers), 409)
    assert problem["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("key", ["", "x" * 201, "with space", "ümlaut".encode()])
def test_a_key_is_short_and_printable(world: World, key: str | bytes) -> None:
    value = key if isinstance(key, bytes) else key.encode()
    problem_of(world.post("/api/runs", {"document": IRIS, "force": True}, headers={b"Idempotency-Key": value}), 422)


def test_ten_cancels_at_once_are_one(world: World) -> None:
    run_id = start_hanging(world)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: world.client.post(f"/api/runs/{run_id}/cancel").status_code, range(10)))
    assert set(answers) <= {202, 409}
    assert 202 in answers
    over = world.wait_for(run_id, lambda view: view["status"] in ENDED)
    assert (over["status"], over["steps"][0]["status"]) == ("cancelled", "cancelled")
    kinds = [one["kind"] for one in world.client.get(f"/api/runs/{run_id}/events").json()["items"]]
    assert kinds.count("run.cancelling") == 1
    assert problem_of(world.client.post(f"/api/runs/{run_id}/cancel"), 409)["code"] == "run_has_ended"


def test_a_run_that_waits_for_its_turn_can_be_cancelled_and_never_starts(tmp_path: Path) -> None:
    with open_world(tmp_path, max_active_runs=1, max_queued_runs=1) as world:
        first = start_hanging(world)
        second = world.post("/api/runs", {"document": IRIS, "force": True}).json()["id"]
        full = world.post("/api/runs", {"document": IRIS, "force": True})
        assert problem_of(full, 503)["code"] == "queue_full"
        assert int(full.headers["retry-after"]) > 0
        assert world.client.post(f"/api/runs/{second}/cancel").status_code == 202
        assert world.wait_for(second, lambda view: view["status"] in ENDED)["status"] == "cancelled"
        assert len(world.backend.started) == 1
        world.client.post(f"/api/runs/{first}/cancel")


def test_events_come_in_pages_and_end_with_the_run(world: World) -> None:
    run_id = world.run(IRIS)["id"]
    whole = world.client.get(f"/api/runs/{run_id}/events").json()
    assert [one["seq"] for one in whole["items"]] == list(range(1, len(whole["items"]) + 1))
    assert (whole["items"][0]["kind"], whole["items"][-1]["kind"]) == ("run.queued", "run.succeeded")
    assert whole["next_cursor"] is None
    first = world.client.get(f"/api/runs/{run_id}/events", params={"limit": 3}).json()
    rest = world.client.get(f"/api/runs/{run_id}/events", params={"after": first["next_cursor"]}).json()
    assert first["items"] + rest["items"] == whole["items"]
    assert world.client.get(f"/api/runs/{run_id}/events", params={"after": 10**9}).json()["items"] == []


def test_every_step_run_is_listed(world: World) -> None:
    over = world.run(IRIS)
    assert world.client.get(f"/api/runs/{over['id']}/steps").json() == {"items": over["steps"], "next_cursor": None}


def test_runs_are_listed_newest_first_by_status_and_page(own_world: World) -> None:
    world = own_world
    ids = [world.run(IRIS)["id"] for _ in range(3)]
    world.acts["load"] = Act(exit_code=1)
    failed = world.run(IRIS)["id"]
    page = world.client.get("/api/runs", params={"limit": 2}).json()
    rest = world.client.get("/api/runs", params={"limit": 2, "cursor": page["next_cursor"]}).json()
    assert [one["id"] for one in page["items"] + rest["items"]] == [failed, *reversed(ids)]
    found = world.client.get("/api/runs", params={"status": "failed"}).json()["items"]
    assert [one["id"] for one in found] == [failed]


def test_an_ended_run_is_forgotten_with_its_log(world: World) -> None:
    run_id = world.run(IRIS)["id"]
    attempts = world.container.data_directory.path / "attempts" / run_id
    assert attempts.is_dir()
    assert world.client.delete(f"/api/runs/{run_id}").status_code == 204
    assert not attempts.exists()
    for path in ("", "/steps", "/events", "/stream", "/steps/load/log"):
        problem_of(world.client.get(f"/api/runs/{run_id}{path}"), 404)
    problem_of(world.client.delete(f"/api/runs/{run_id}"), 404)


def test_a_run_that_goes_on_is_not_forgotten(world: World) -> None:
    run_id = start_hanging(world)
    problem_of(world.client.delete(f"/api/runs/{run_id}"), 409)
    world.client.post(f"/api/runs/{run_id}/cancel")
    world.wait_for(run_id, lambda view: view["status"] in ENDED)
