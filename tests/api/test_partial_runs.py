"""Parts of a pipeline, values for a run, and going on where a run failed; each in the plan and in the run."""

import pytest

from tests.api.world import ENDED, Json, World, document, edge, pointers, problem_of, step
from tests.fakes.instant_backend import Act

CHAIN = document(
    step("load"),
    step("clean", "clean"),
    step("split", "split"),
    step("other"),
    edge("load.data", "clean.data"),
    edge("clean.data", "split.data"),
    name="Chain",
)
WITH_PARAMETERS = document(
    step("load"),
    step("split", "split", params={"seed": "${params.seed}"}),
    edge("load.data", "split.data"),
    name="With parameters",
    parameters={"seed": {"type": "int", "default": 1}},
    profiles={"prod": {"seed": 2}},
)


def run(world: World, **body: object) -> Json:
    answer = world.post("/api/runs", body)
    assert answer.status_code == 201, answer.text
    return world.wait_for(answer.json()["id"], lambda view: view["status"] in ENDED)


def statuses(view: Json) -> dict[str, str]:
    return {one["id"]: one["status"] for one in view["steps"]}


def seed_of(world: World) -> str:
    """What the step that started last was given."""
    return next(word for word in world.backend.started[-1].argv if word.startswith("seed="))


def test_up_to_a_step(own_world: World) -> None:
    scope = {"mode": "to", "step_id": "clean"}
    plan = own_world.post("/api/plan", {"document": CHAIN, "scope": scope}).json()
    assert [one["id"] for one in plan["steps"]] == ["load", "clean"]
    over = run(own_world, document=CHAIN, scope=scope)
    assert statuses(over) == {"load": "succeeded", "clean": "succeeded"}
    assert over["scope"] == {"mode": "to", "step_id": "clean", "of_run": None}


@pytest.mark.parametrize("mode", ["only", "from"])
@pytest.mark.parametrize("path", ["/api/plan", "/api/runs"])
def test_what_is_needed_from_before_has_to_be_there(own_world: World, mode: str, path: str) -> None:
    body = {"document": CHAIN, "scope": {"mode": mode, "step_id": "split"}}
    problem = problem_of(own_world.post(path, body), 422)
    assert problem["code"] == "upstream_result_missing"
    assert problem["problems"][0]["step_id"] == "load"
    assert own_world.client.get("/api/runs").json()["items"] == []


def test_only_one_step(own_world: World) -> None:
    run(own_world, document=CHAIN)
    over = run(own_world, document=CHAIN, scope={"mode": "only", "step_id": "clean"})
    assert statuses(over) == {"load": "reused", "clean": "succeeded"}


def test_from_a_step_on(own_world: World) -> None:
    run(own_world, document=CHAIN)
    over = run(own_world, document=CHAIN, scope={"mode": "from", "step_id": "clean"})
    assert statuses(over) == {"load": "reused", "clean": "succeeded", "split": "reused"}


def fail(world: World, **body: object) -> Json:
    world.acts["clean"] = Act(exit_code=1)
    failed = run(world, document=CHAIN, **body)
    assert statuses(failed) == {"load": "succeeded", "clean": "failed", "split": "skipped", "other": "succeeded"}
    world.acts.clear()
    return failed


def test_a_failed_run_is_resumed_where_it_failed(own_world: World) -> None:
    failed = fail(own_world, force=True)
    answer = own_world.client.post(f"/api/runs/{failed['id']}/resume")
    assert answer.status_code == 201, answer.text
    resumed = own_world.wait_for(answer.json()["id"], lambda view: view["status"] in ENDED)
    assert answer.headers["location"] == f"/api/runs/{resumed['id']}"
    assert (resumed["status"], resumed["scope"]) == (
        "succeeded",
        {"mode": "failed", "step_id": None, "of_run": failed["id"]},
    )
    assert statuses(resumed) == {"load": "reused", "clean": "succeeded", "split": "succeeded", "other": "reused"}


def test_scope_failed_is_the_same_and_has_a_plan(own_world: World) -> None:
    failed = fail(own_world)
    body = {"scope": {"mode": "failed", "of_run": failed["id"]}}
    plan = own_world.post("/api/plan", body).json()
    assert {one["id"]: one["will_reuse"] for one in plan["steps"]} == {
        "load": True,
        "clean": False,
        "split": False,
        "other": True,
    }
    assert run(own_world, **body)["status"] == "succeeded"


def test_a_resumed_run_keeps_the_document_and_values_of_the_failed_one(own_world: World) -> None:
    saved = own_world.save(WITH_PARAMETERS)
    own_world.acts["split"] = Act(exit_code=1)
    failed = run(own_world, pipeline_id=saved["id"], parameters={"seed": 5})
    changed = {"document": {**WITH_PARAMETERS, "name": "Changed"}}
    assert (
        own_world.client.put(f"/api/pipelines/{saved['id']}", json=changed, headers={"If-Match": '"1"'}).status_code
        == 200
    )
    own_world.acts.clear()
    answer = own_world.client.post(f"/api/runs/{failed['id']}/resume").json()
    resumed = own_world.wait_for(answer["id"], lambda view: view["status"] in ENDED)
    assert resumed["document"] == failed["document"]
    assert (resumed["pipeline_id"], resumed["pipeline_version"]) == (saved["id"], 1)
    assert (resumed["parameters"], seed_of(own_world)) == ({"seed": 5}, "seed=5")


def test_a_run_that_succeeded_or_goes_on_cannot_be_resumed(own_world: World) -> None:
    done = run(own_world, document=CHAIN)
    assert problem_of(own_world.client.post(f"/api/runs/{done['id']}/resume"), 409)["code"] == "run_has_not_failed"
    own_world.acts["load"] = Act(hangs=True)
    going_on = own_world.post("/api/runs", {"document": CHAIN, "force": True}).json()["id"]
    refused = own_world.client.post(f"/api/runs/{going_on}/resume")
    assert problem_of(refused, 409)["code"] == "run_has_not_ended"
    own_world.client.post(f"/api/runs/{going_on}/cancel")
    own_world.wait_for(going_on, lambda view: view["status"] in ENDED)
    problem_of(own_world.client.post("/api/runs/nobody/resume"), 404)


def test_a_cancelled_run_can_be_resumed(own_world: World) -> None:
    own_world.acts["clean"] = Act(hangs=True)
    run_id = own_world.post("/api/runs", {"document": CHAIN}).json()["id"]
    own_world.wait_for(run_id, lambda view: statuses(view)["clean"] == "running")
    own_world.client.post(f"/api/runs/{run_id}/cancel")
    own_world.wait_for(run_id, lambda view: view["status"] in ENDED)
    own_world.acts.clear()
    answer = own_world.client.post(f"/api/runs/{run_id}/resume").json()
    assert own_world.wait_for(answer["id"], lambda view: view["status"] in ENDED)["status"] == "succeeded"


def test_resuming_twice_with_one_key_is_one_run(own_world: World) -> None:
    failed = fail(own_world)
    path, headers = f"/api/runs/{failed['id']}/resume", {"Idempotency-Key": "again"}
    first, second = (own_world.client.post(path, headers=headers).json()["id"] for _ in range(2))
    assert first == second


def test_a_repeated_start_is_answered_with_its_run_whatever_has_changed_since(own_world: World) -> None:
    saved = own_world.save(CHAIN)
    run(own_world, pipeline_id=saved["id"])
    body = {"pipeline_id": saved["id"], "scope": {"mode": "only", "step_id": "clean"}}
    headers = {"Idempotency-Key": "only-clean"}
    first = own_world.post("/api/runs", body, headers=headers)
    own_world.client.delete(f"/api/pipelines/{saved['id']}/steps/load/results")
    problem_of(own_world.post("/api/runs", body), 422)
    again = own_world.post("/api/runs", body, headers=headers)
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 201, first.json()["id"])


def test_what_a_run_is_resumed_with_cannot_be_changed(own_world: World) -> None:
    failed = fail(own_world)
    scope = {"mode": "failed", "of_run": failed["id"]}
    for field, value in (("parameters", {"a": 1}), ("profile", "prod"), ("pipeline_id", "another")):
        problem = problem_of(own_world.post("/api/runs", {"scope": scope, field: value}), 422)
        assert pointers(problem) == [f"/{field}"]


@pytest.mark.parametrize(
    ("scope", "pointer"),
    [
        ({"mode": "to"}, "/scope/step_id"),
        ({"mode": "only", "step_id": "nobody"}, "/scope/step_id"),
        ({"mode": "all", "step_id": "load"}, "/scope/step_id"),
        ({"mode": "failed"}, "/scope/of_run"),
        ({"mode": "all", "of_run": "x"}, "/scope/of_run"),
        ({"mode": "sideways"}, "/scope/mode"),
    ],
)
@pytest.mark.parametrize("path", ["/api/plan", "/api/runs"])
def test_a_scope_that_cannot_be_is_refused_and_pinned(world: World, path: str, scope: Json, pointer: str) -> None:
    assert pointers(problem_of(world.post(path, {"document": WITH_PARAMETERS, "scope": scope}), 422)) == [pointer]


@pytest.mark.parametrize("path", ["/api/plan", "/api/runs"])
def test_the_run_to_resume_has_to_be_there(world: World, path: str) -> None:
    problem_of(world.post(path, {"scope": {"mode": "failed", "of_run": "nobody"}}), 404)


@pytest.mark.parametrize(
    ("asked", "seed"),
    [({}, 1), ({"profile": "prod"}, 2), ({"parameters": {"seed": 3}, "profile": "prod"}, 3)],
)
def test_parameters_come_from_the_run_then_the_profile_then_the_default(world: World, asked: Json, seed: int) -> None:
    plan = world.post("/api/plan", {"document": WITH_PARAMETERS, **asked}).json()
    assert plan["parameters"] == {"seed": seed}
    assert f"seed={seed}" in plan["steps"][1]["argv"]
    over = run(world, document=WITH_PARAMETERS, force=True, **asked)
    assert (over["parameters"], over["profile"], seed_of(world)) == (
        {"seed": seed},
        asked.get("profile"),
        f"seed={seed}",
    )


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"parameters": {"seed": "text"}}, "/parameters/seed"),
        ({"parameters": {"nobody": 1}}, "/parameters/nobody"),
        ({"profile": "nobody"}, "/profile"),
    ],
)
@pytest.mark.parametrize("path", ["/api/plan", "/api/runs"])
def test_values_that_cannot_be_are_refused_and_pinned(world: World, path: str, asked: Json, pointer: str) -> None:
    assert pointers(problem_of(world.post(path, {"document": WITH_PARAMETERS, **asked}), 422)) == [pointer]
