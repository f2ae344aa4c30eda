"""Errors of every kind are problems, and tell nothing of what is inside."""

import logging
import re

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from tests.api.world import World, problem_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO")


def test_every_path_refuses_every_method_it_does_not_know_and_names_those_it_does(world: World) -> None:
    known: dict[str, set[str]] = {}
    for route in iter_route_contexts(world.app.routes):
        if not isinstance(route.original_route, Mount) and route.methods:
            known.setdefault(str(route.path), set()).update(route.methods)
    for path, methods in known.items():
        for method in set(METHODS) - methods:
            answer = world.client.request(method, re.sub(r"\{[^}]*\}", "x", path))
            assert answer.status_code == 405, (method, path)
            allowed = set(answer.headers["allow"].split(", "))
            assert methods <= allowed, (method, path)
            if method != "HEAD":
                problem_of(answer, 405)


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/runs/", "/docs/nothing", "/mlflowx/y.z"])
def test_an_unknown_path_is_a_problem(world: World, path: str) -> None:
    problem_of(world.client.get(path), 404)
    if path.startswith("/api"):
        problem_of(world.client.post(path), 404)


LISTS = ("/api/pipelines", "/api/runs", "/api/datasets")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "-1", "1000000000", "x", "1.5", "", str(2**70)])
def test_a_limit_that_cannot_be_is_refused(world: World, path: str, limit: str) -> None:
    problem = problem_of(world.client.get(path, params={"limit": limit}), 422)
    assert problem["problems"][0]["pointer"] == "/query/limit"


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("cursor", ["x", "", "WzFd", "e30", "W10", "\u202e", "A" * 501, "WyJhIl0", "W251bGxd", "\0"])
def test_a_cursor_that_nobody_gave_out_is_refused(world: World, path: str, cursor: str) -> None:
    if path == "/api/runs" and cursor == "WzFd":
        return  # a number is a cursor of this list
    problem_of(world.client.get(path, params={"cursor": cursor}), 422)


@pytest.mark.parametrize("version", ["0", "-1", "x", str(2**31), str(2**63), str(2**200), "1.5", "NaN"])
def test_a_version_that_cannot_be_is_refused(world: World, version: str) -> None:
    problem_of(world.client.get(f"/api/pipelines/x/versions/{version}"), 422)


@pytest.mark.parametrize(
    "thing", ["gone", "%00", "%ff", "%ed%a0%80", "x" * 64, "%F0%9F%90%99", "'; drop table run; --"]
)
def test_an_unknown_id_is_not_found(world: World, thing: str) -> None:
    for path in (f"/api/pipelines/{thing}", f"/api/runs/{thing}", f"/api/runs/{thing}/steps/{thing}/log"):
        problem_of(world.client.get(path), 404)


def test_an_unforeseen_error_tells_an_id_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def explode(*_: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(type(world.container.pipelines), "get", explode)
    with caplog.at_level(logging.ERROR, logger="octopus.api"):
        problem = problem_of(world.client.get("/api/pipelines/x"), 500)
    assert "hunter2" not in str(problem)
    assert problem["correlation_id"] in problem["detail"]
    assert problem["correlation_id"] in caplog.text
    assert "hunter2" in caplog.text


def test_a_tracking_store_that_is_away_is_said_with_when_to_try_again(world: World) -> None:
    from tests.api.test_runs import IRIS

    run_id = world.run(IRIS)["id"]
    world.tracking.is_down = True
    answer = world.client.get(f"/api/runs/{run_id}/steps/load/artifacts/out/data.csv")
    assert problem_of(answer, 503)["code"] == "tracking_unavailable"
    assert int(answer.headers["retry-after"]) > 0
    assert world.client.get(f"/api/runs/{run_id}").status_code == 200


def test_health_tells_how_everything_is(world: World) -> None:
    health = world.stranger.get("/api/health").json()
    assert health["status"] == "ok"
    assert health["database"] == {"ok": True, "detail": ""}
    assert health["disk"]["free_bytes"] > 0
    assert {one["name"] for one in health["loops"]} >= {"closings", "recovery"}
    off = {"warm": "off", "warm_reason": "it is switched off", "warm_memory_bytes": None}
    assert health["backends"] == {"cold": "ready", **off}
    assert str(world.container.settings.data_dir) not in str(health)
