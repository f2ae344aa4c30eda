"""Watching a run: everybody sees the same, in the same order, whenever they come."""

import json
from typing import Any

import pytest
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from tests.api.test_runs import HANGING, IRIS, start_hanging
from tests.api.world import ENDED, PORT, Json, World, problem_of


def socket(world: World, run_id: str, query: str = "") -> Any:
    return world.client.websocket_connect(f"ws://127.0.0.1:{PORT}/api/runs/{run_id}/ws{query}")


def everything(connection: Any) -> tuple[list[Json], int]:
    """All messages until the server closes, and its code."""
    found: list[Json] = []
    while True:
        try:
            found += json.loads(connection.receive_text())
        except WebSocketDisconnect as end:
            return found, end.code


def events_of(messages: list[Json]) -> list[Json]:
    return [one for one in messages if one["kind"] != "log"]


def sse(text: str) -> list[dict[str, str]]:
    frames = [frame for frame in text.split("\n\n") if frame and not frame.startswith(":")]
    return [dict(line.split(": ", 1) for line in frame.split("\n")) for frame in frames]  # type: ignore[misc]


def test_a_late_client_gets_everything_and_the_socket_closes(world: World) -> None:
    run_id = world.run(IRIS)["id"]
    stored = world.client.get(f"/api/runs/{run_id}/events").json()["items"]
    with socket(world, run_id) as connection:
        messages, code = everything(connection)
    assert code == 1000
    assert events_of(messages) == stored
    logs = [one for one in messages if one["kind"] == "log"]
    assert [(one["step_id"], [line["text"] for line in one["lines"]]) for one in logs] == [
        ("load", ["hello", "world"]),
        ("split", ["hello", "world"]),
    ]
    ended = [one["kind"] for one in messages].index("step.succeeded")
    assert messages.index(logs[0]) < ended


def test_a_client_that_comes_back_gets_what_follows(world: World) -> None:
    run_id = world.run(IRIS)["id"]
    stored = world.client.get(f"/api/runs/{run_id}/events").json()["items"]
    with socket(world, run_id, "?after=5") as connection:
        messages, _ = everything(connection)
    assert events_of(messages) == stored[5:]


def test_sse_says_the_same_with_kind_and_seq(world: World) -> None:
    run_id = world.run(IRIS)["id"]
    stored = world.client.get(f"/api/runs/{run_id}/events").json()["items"]
    answer = world.client.get(f"/api/runs/{run_id}/stream")
    assert answer.headers["content-type"].startswith("text/event-stream")
    frames = sse(answer.text)
    assert [json.loads(one["data"]) for one in frames if one["event"] != "log"] == stored
    assert [(one["event"], one["id"]) for one in frames if "id" in one] == [
        (one["kind"], str(one["seq"])) for one in stored
    ]
    resumed = sse(world.client.get(f"/api/runs/{run_id}/stream", headers={"Last-Event-ID": "5"}).text)
    assert [one["id"] for one in resumed if "id" in one] == [str(one["seq"]) for one in stored[5:]]
    problem_of(world.client.get(f"/api/runs/{run_id}/stream", headers={"Last-Event-ID": "x"}), 422)


def test_a_client_may_cancel_and_sees_the_end(world: World) -> None:
    run_id = start_hanging(world)
    with socket(world, run_id) as connection:
        connection.send_text('{"kind": "cancel"}')
        messages, code = everything(connection)
    assert code == 1000
    assert messages[-1]["kind"] == "run.cancelled"


@pytest.mark.parametrize("text", ["", "nonsense", "[]", '{"kind": "start"}', '{"kind": "cancel", "kind": "cancel"}'])
def test_anything_else_a_client_says_ends_the_connection_and_nothing_more(world: World, text: str) -> None:
    run_id = start_hanging(world)
    with socket(world, run_id) as connection:
        connection.send_text(text)
        _, code = everything(connection)
    assert code == 1003
    assert world.client.get(f"/api/runs/{run_id}").json()["status"] == "running"
    world.client.post(f"/api/runs/{run_id}/cancel")
    world.wait_for(run_id, lambda view: view["status"] in ENDED)


def test_bytes_are_not_understood(world: World) -> None:
    run_id = start_hanging(world)
    with socket(world, run_id) as connection:
        connection.send_bytes(b'{"kind": "cancel"}')
        _, code = everything(connection)
    assert code == 1003
    world.client.post(f"/api/runs/{run_id}/cancel")
    world.wait_for(run_id, lambda view: view["status"] in ENDED)


def test_an_unknown_run_cannot_be_watched(world: World) -> None:
    with pytest.raises(WebSocketDenialResponse) as refusal, socket(world, "gone"):
        pytest.fail("the socket was accepted")
    problem_of(refusal.value, 404)
    problem_of(world.client.get("/api/runs/gone/stream"), 404)


@pytest.mark.parametrize("after", ["-1", "x", str(2**63), "1.5"])
def test_a_seq_that_cannot_be_is_refused(world: World, after: str) -> None:
    run_id = world.run(IRIS)["id"]
    problem_of(world.client.get(f"/api/runs/{run_id}/events", params={"after": after}), 422)
    problem_of(world.client.get(f"/api/runs/{run_id}/stream", params={"after": after}), 422)
    with pytest.raises((WebSocketDisconnect, WebSocketDenialResponse)), socket(world, run_id, f"?after={after}"):
        pytest.fail("the socket was accepted")


def test_reconnecting_starts_nothing(world: World) -> None:
    run_id = world.run(HANGING)["id"]
    before = len(world.backend.started)
    for _ in range(3):
        with socket(world, run_id) as connection:
            everything(connection)
    assert len(world.backend.started) == before
