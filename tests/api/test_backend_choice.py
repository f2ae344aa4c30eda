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


def test_what_is_resumed_is_resumed_as_it_was_unless_it_is_asked_otherwise(world: World) -> None:
    world.acts["load"] = Act(exit_code=1)
    failed = world.run(drawing(None), backend="cold")
    assert world.post(f"/api/runs/{failed['id']}/resume", {}).json()["backend"] == "cold"
    again = {"scope": {"mode": "failed", "of_run": failed["id"]}}
    assert world.post("/api/runs", again).json()["backend"] == "cold"
    assert world.post("/api/runs", {**again, "backend": "warm"}).json()["backend"] == "warm"
