"""A stream that breaks is taken up where it broke: nothing is missed, nothing comes twice."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from octopus import AccessRefused, NotFound, OctopusError, ServerUnreachable, StaleVersion
from octopus.domain.errors import Conflict
from octopus.sdk import http as http_module
from octopus.sdk.http import Http
from octopus.sdk.listening import Listening
from octopus.sdk.refusals import refusal
from octopus.sdk.servers import Address

Json = dict[str, Any]
END = 4
STORY: list[Json] = [
    {"seq": 1, "kind": "run.queued", "text": "\u2028 not the end of a line"},
    {"seq": 2, "kind": "run.started"},
    {"seq": 3, "kind": "step.queued"},
    {"seq": END, "kind": "run.succeeded"},
]


def log(*numbers: int) -> Json:
    lines = [{"n": n, "text": f"line {n}"} for n in numbers]
    return {"kind": "log", "step_id": "a", "iteration": 1, "attempt": 1, "lines": lines}


def sse(messages: list[Json]) -> bytes:
    return "".join(f"data: {json.dumps(one, ensure_ascii=False)}\n\n: still here\n\n" for one in messages).encode()


class Breaking(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._content), 7):
            yield self._content[start : start + 7]
        raise httpx.ReadError("gone")


def connected(answer: Callable[[httpx.Request], httpx.Response]) -> Http:
    http = Http(Address("http://octopus.test", "token"))
    http._client = httpx.AsyncClient(base_url="http://octopus.test/api", transport=httpx.MockTransport(answer))
    return http


def heard(http: Http, after: int = 0) -> list[Json]:
    async def listen() -> list[Json]:
        return [message async for message in http.follow("r1", after)]

    return asyncio.run(listen())


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "RETRY_S", 0.0)


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_every_event_comes_once_and_in_order_however_often_the_connection_breaks(at_once: int) -> None:
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        after = int(request.url.params["after"])
        asked.append(after)
        if len(asked) == 2:
            return httpx.Response(503)
        rest = [one for one in STORY if one["seq"] > after][:at_once]
        return httpx.Response(200, stream=Breaking(sse(rest)))

    assert heard(connected(answer)) == STORY
    assert asked[0] == 0
    assert asked == sorted(asked)


def test_log_lines_that_come_again_are_left_out() -> None:
    listening = Listening()
    assert listening.hear(log(1, 2)) == log(1, 2)
    assert listening.hear(log(1, 2, 3)) == log(3)
    assert listening.hear(log(2, 3)) is None
    assert listening.hear({**log(1), "attempt": 2}) == {**log(1), "attempt": 2}
    assert not listening.has_ended
    assert listening.hear(STORY[-1]) == STORY[-1]
    assert listening.hear(STORY[0]) is None
    assert (listening.after, listening.has_ended) == (END, True)


def test_a_server_that_stays_away_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "GIVE_UP_AFTER_S", 0.0)

    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(ServerUnreachable, match=r"http://octopus\.test does not answer: refused"):
        heard(connected(answer))


def test_a_refusal_is_not_asked_again() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return httpx.Response(404, json={"code": "not_found", "detail": "There is no run 'r1'."})

    with pytest.raises(NotFound, match="There is no run 'r1'"):
        heard(connected(answer))
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (412, {"code": "stale_version", "detail": "d"}, StaleVersion),
        (409, {"code": "project_exists", "detail": "d"}, Conflict),
        (401, {"code": "not_authenticated", "detail": "d"}, AccessRefused),
        (404, {"code": "origin_deleted", "detail": "d"}, NotFound),
        (500, {"code": "internal_error", "detail": "d"}, OctopusError),
        (418, {}, OctopusError),
    ],
)
def test_a_refusal_is_the_error_that_says_the_same(status: int, body: Json, kind: type[OctopusError]) -> None:
    found = refusal(httpx.Response(status, json=body))
    assert type(found) is kind
    assert found.status == status
    assert found.code == body.get("code", "internal_error")


def test_a_page_that_is_no_problem_is_told_by_its_status() -> None:
    assert "502 Bad Gateway" in refusal(httpx.Response(502, text="<html>")).detail


def test_nothing_is_sent_without_a_token() -> None:
    with pytest.raises(AccessRefused, match="OCTOPUS_TOKEN"):
        Http(Address("http://octopus.test", None))


def test_a_list_is_read_to_its_end_or_to_the_limit() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("cursor", 0))
        return httpx.Response(
            200, json={"items": [page * 2, page * 2 + 1], "next_cursor": str(page + 1) if page < 2 else None}
        )

    async def read(limit: int | None) -> list[Any]:
        return await connected(answer).items("/x", {"query": None}, limit)

    assert asyncio.run(read(None)) == [0, 1, 2, 3, 4, 5]
    assert asyncio.run(read(3)) == [0, 1, 2]
