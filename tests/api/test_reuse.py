"""What was done before is not done again: the plan says so, the run shows it, and it can be forgotten or forced."""

from tests.api.world import ENDED, Json, World, document, edge, problem_of, step
from tests.fakes.instant_backend import Act

LOAD, SPLIT = step("load"), step("split", "split")
EDGE = edge("load.data", "split.data")


def drawing(name: str, **split: object) -> Json:
    return document(LOAD, step("split", "split", params=split), EDGE, name=name)


def statuses(view: Json) -> dict[str, str]:
    return {one["id"]: one["status"] for one in view["steps"]}


def planned(world: World, body: Json) -> dict[str, Json]:
    answer = world.post("/api/plan", body)
    assert answer.status_code == 200, answer.text
    return {one["id"]: one for one in answer.json()["steps"]}


def run(world: World, **body: object) -> Json:
    answer = world.post("/api/runs", body)
    assert answer.status_code == 201, answer.text
    return world.wait_for(answer.json()["id"], lambda view: view["status"] in ENDED)


def test_a_second_run_reuses_everything_and_starts_nothing(own_world: World) -> None:
    world = own_world
    first = run(world, document=drawing("Twice"))
    assert statuses(first) == {"load": "succeeded", "split": "succeeded"}
    plan = planned(world, {"document": drawing("Twice")})
    assert [(one["will_reuse"], one["fingerprint"] is not None) for one in plan.values()] == [(True, True)] * 2
    before = len(world.backend.started)
    second = run(world, document=drawing("Twice"))
    assert (second["status"], statuses(second)) == ("succeeded", {"load": "reused", "split": "reused"})
    assert len(world.backend.started) == before
    load, original = second["steps"][0], first["steps"][0]
    assert load["reused_from"] == {"run_id": first["id"], "step_id": "load", "iteration": 1}
    assert [load[key] for key in ("mlflow_run_id", "artifacts", "metrics")] == [
        original[key] for key in ("mlflow_run_id", "artifacts", "metrics")
    ]


def test_the_plan_says_what_changed_and_how_long_it_took(own_world: World) -> None:
    world = own_world
    assert planned(world, {"document": drawing("New")})["load"]["last_duration_s"] is None
    run(world, document=drawing("New"))
    plan = planned(world, {"document": drawing("New", seed=7)})
    assert plan["load"]["will_reuse"]
    assert not plan["split"]["will_reuse"]
    assert plan["split"]["changed"] == ["parameter:seed"]
    assert "seed" in plan["split"]["why"]
    assert plan["split"]["last_duration_s"] >= 0


def test_a_changed_step_runs_and_what_is_before_it_does_not(own_world: World) -> None:
    world = own_world
    run(world, document=drawing("Changed"))
    assert statuses(run(world, document=drawing("Changed", seed=7))) == {"load": "reused", "split": "succeeded"}


def test_a_forced_run_executes_everything(own_world: World) -> None:
    world = own_world
    run(world, document=drawing("Forced"))
    forced = run(world, document=drawing("Forced"), force=True)
    assert (forced["force"], statuses(forced)) == (True, {"load": "succeeded", "split": "succeeded"})
    plan = planned(world, {"document": drawing("Forced"), "force": True})
    assert [one["will_reuse"] for one in plan.values()] == [False, False]


def test_a_forgotten_result_is_not_reused(own_world: World) -> None:
    world = own_world
    saved = world.save(drawing("Forgotten"))
    path = f"/api/pipelines/{saved['id']}/steps/load/results"
    assert world.client.delete(path).json() == {"forgotten": 0}
    run(world, pipeline_id=saved["id"])
    assert world.client.delete(path).json() == {"forgotten": 1}
    assert world.client.delete(path).json() == {"forgotten": 0}
    assert "forgotten" in planned(world, {"pipeline_id": saved["id"]})["load"]["why"]
    assert statuses(run(world, pipeline_id=saved["id"]))["load"] == "succeeded"


def test_a_result_that_another_pipeline_left_can_be_forgotten_too(own_world: World) -> None:
    world = own_world
    run(world, document=drawing("One"))
    other = world.save(drawing("Another"))
    assert statuses(run(world, pipeline_id=other["id"]))["load"] == "reused"
    assert world.client.delete(f"/api/pipelines/{other['id']}/steps/load/results").json() == {"forgotten": 1}
    assert statuses(run(world, pipeline_id=other["id"]))["load"] == "succeeded"


def test_results_of_no_pipeline_cannot_be_forgotten(world: World) -> None:
    problem_of(world.client.delete("/api/pipelines/nobody/steps/load/results"), 404)


def test_the_log_and_files_of_a_reused_step_are_the_originals(own_world: World) -> None:
    world = own_world
    world.acts["load"] = Act(stdout=("only once",), outputs={"data.csv": "a,b\n1,2\n"})
    first = run(world, document=drawing("Log"))
    second = run(world, document=drawing("Log"))
    steps = f"/api/runs/{second['id']}/steps/load"
    log = world.client.get(f"{steps}/log").json()
    assert [line["text"] for line in log["lines"]] == ["only once"]
    assert (log["reused"], log["complete"], log["run_id"], log["step_id"]) == (True, True, first["id"], "load")
    assert world.client.get(f"{steps}/log/download").text == "only once\n"
    assert world.client.get(f"{steps}/artifacts/out/data.csv").text == "a,b\n1,2\n"
    listed = world.client.get(f"{steps}/artifacts").json()["items"]
    assert [one["path"] for one in listed] == ["out/data.csv"]
    assert world.client.get(f"{steps}/ports/data/preview").status_code == 200


def test_a_result_outlives_its_run_and_its_log_does_not(own_world: World) -> None:
    world = own_world
    first = run(world, document=drawing("Deleted"))
    assert world.client.delete(f"/api/runs/{first['id']}").status_code == 204
    second = run(world, document=drawing("Deleted"))
    assert statuses(second)["load"] == "reused"
    problem = problem_of(world.client.get(f"/api/runs/{second['id']}/steps/load/log"), 404)
    assert (problem["code"], first["id"] in problem["detail"]) == ("origin_deleted", True)


def test_a_step_tells_its_story(own_world: World) -> None:
    world = own_world
    first = run(world, document=drawing("Story"))
    second = run(world, document=drawing("Story"))
    lines = world.client.get(f"/api/runs/{second['id']}/steps/load/story").json()["lines"]
    assert first["id"] in lines[-1]
    problem_of(world.client.get(f"/api/runs/{second['id']}/steps/nobody/story"), 404)
    problem_of(world.client.get("/api/runs/nobody/steps/load/story"), 404)
