"""Warm, cold or the server's choice: what may be asked for, of a run and of a step, and that it is kept."""

import pytest

from tests.api.world import World, document, pointers, problem_of, step
from tests.fakes.instant_backend import Act
from tests.support.terminal import Json

CHOICES = ("warm", "cold", None)
WRONG = ("hot", "", 1, True, ["cold"], {"cold": 1})


def drawing(backend: object) -> Json:
    return document(step("load", policy={"backend": backend}), name="Choice")


@pytest.mark.parametrize("backend", CHOICES)
def test_a_run_says_what_was_asked_for(world: World, backend: str | None) -> None:
    run = world.post("/api/runs", {"document": drawing(None), "backend": backend}).json()
    assert run["backend"] == backend
    listed = world.client.get("/api/runs").json()["items"]
    assert next(one["backend"] for one in listed if one["id"] == run["id"]) == backend


@pytest.mark.parametrize("backend", CHOICES)
def test_a_step_keeps_its_own_choice(world: World, backend: str | None) -> None:
    saved = world.save(drawing(backend))
    assert saved["document"]["steps"][0]["policy"]["backend"] == backend
    run = world.run(saved["document"])
    assert run["document"]["steps"][0]["policy"]["backend"] == backend
    assert world.post("/api/plan", {"document": drawing(backend)}).status_code == 200


@pytest.mark.parametrize("backend", WRONG)
@pytest.mark.parametrize("path", ["/api/pipelines", "/api/validate", "/api/plan", "/api/runs"])
def test_another_backend_is_refused_where_it_stands(world: World, path: str, backend: object) -> None:
    body = drawing(backend) if path == "/api/validate" else {"document": drawing(backend)}
    problem = problem_of(world.post(path, body), 422)
    [place] = pointers(problem)
    assert place == "/steps/0/policy/backend"
    if isinstance(backend, str):
        assert problem["problems"][0]["message"] == f"`backend` must be `warm` or `cold`, not `{backend}`."
    assert problem["problems"][0]["step_id"] == "load"


@pytest.mark.parametrize("backend", WRONG)
def test_a_run_on_another_backend_is_refused(world: World, backend: object) -> None:
    before = len(world.backend.started)
    assert pointers(problem_of(world.post("/api/runs", {"document": drawing(None), "backend": backend}), 422)) == [
        "/backend"
    ]
    assert len(world.backend.started) == before


def test_a_step_s_own_choice_comes_before_the_run_s(world: World) -> None:
    policies = {"load": None, "own": "warm", "same": "cold"}
    steps = [step(name, policy={"backend": choice}) for name, choice in policies.items()]

    def asked(**more: str) -> dict[str, str | None]:
        """Of the backend, per step."""
        world.backend.started.clear()
        world.run(document(*steps, name="Both"), **more)
        return {spec.env["OCTOPUS_STEP_ID"]: spec.backend for spec in world.backend.started}

    assert asked(backend="cold") == {"load": "cold", "own": "warm", "same": "cold"}
    assert asked(backend="warm") == {"load": "warm", "own": "warm", "same": "cold"}
    assert asked() == {"load": None, "own": "warm", "same": "cold"}


def test_the_attempt_says_which_way_it_went_and_why(world: World) -> None:
    reason = "there is little memory left on this machine"
    world.acts["load"] = Act(backend_reason=reason)
    over = world.run(document(step("load"), step("other"), name="Why"))
    assert {one["id"]: (one["backend"], one["backend_reason"]) for one in over["steps"]} == {
        "load": ("instant", reason),
        "other": ("instant", None),
    }
    told = world.client.get(f"/api/runs/{over['id']}/events").json()["items"]
    began = {event["step_id"]: event for event in told if event["kind"] == "step.started"}
    assert began["load"]["backend_reason"] == reason
    assert "backend_reason" not in began["other"]
    story = world.client.get(f"/api/runs/{over['id']}/steps/load/story").json()["lines"]
    assert any(line.endswith(f"started on backend instant: {reason}") for line in story), story


def test_what_is_resumed_is_resumed_as_it_was_unless_it_is_asked_otherwise(world: World) -> None:
    world.acts["load"] = Act(exit_code=1)
    failed = world.run(drawing(None), backend="cold")
    assert world.post(f"/api/runs/{failed['id']}/resume", {}).json()["backend"] == "cold"
    again = {"scope": {"mode": "failed", "of_run": failed["id"]}}
    assert world.post("/api/runs", again).json()["backend"] == "cold"
    assert world.post("/api/runs", {**again, "backend": "warm"}).json()["backend"] == "warm"
