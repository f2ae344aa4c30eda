"""The calls of a flow's page: what is drawn, starting a run, following it; behind the same door as everything else."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from octopus.api.security.protection import Protection, declared
from octopus.flow import (
    EventStream,
    ExecutionStep,
    FlowEditor,
    FlowExecutor,
    Node,
    NodePalette,
    PaletteGroup,
    PaletteItem,
    flow_app,
)
from octopus.flow.serving import hosted as hosted_flows
from tests.support.flows import TOKEN, FlowHost, Gate, failing_flow, gated_flow, hosted


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[FlowHost, dict[str, Gate]]]:
    editor, executor, gates = gated_flow("my-pipeline")
    failing = failing_flow("failing")
    with hosted([editor, failing[0]], [failing[1], executor], title="Demo") as host:
        yield host, gates


@pytest.fixture
def client(world: tuple[FlowHost, dict[str, Gate]]) -> Iterator[httpx.Client]:
    with world[0].client() as client:
        yield client


@pytest.fixture
def gates(world: tuple[FlowHost, dict[str, Gate]]) -> dict[str, Gate]:
    for gate in world[1].values():
        gate.open()
    return world[1]


def start(client: httpx.Client, graph_id: str = "my-pipeline", **body: Any) -> str:
    answer = client.post(f"/execute/{graph_id}", json=body or None)
    assert answer.status_code == 201, answer.text
    run: str = answer.json()["run"]
    return f"/execute/{graph_id}/{run}"


def messages(text: str) -> list[tuple[int, str, dict[str, Any]]]:
    """Id, event and data of each message of a stream."""
    found = []
    for message in text.split("\n\n"):
        if message:
            fields = dict(line.split(": ", 1) for line in message.splitlines())
            found.append((int(fields["id"]), fields["event"], json.loads(fields["data"])))
    return found


def test_the_page_gets_every_flow_as_it_is_drawn(client: httpx.Client) -> None:
    page = client.get("/api/flows").json()
    assert page["title"] == "Demo"
    assert [flow["id"] for flow in page["flows"]] == ["my-pipeline", "failing"]
    load = page["flows"][0]["nodes"][0]
    assert (load["label"], load["role"], load["icon"], load["width"]) == ("Load Data", "io", "📥", 100)
    assert (load["input_side"], load["output_side"]) == ("left", "right")
    fetch = page["flows"][1]["nodes"][0]
    assert (fetch["input_side"], fetch["output_side"], fetch["role"]) == ("top", "bottom", "retry")
    assert page["flows"][0]["edges"][0]["color"] == "#94a3b8"


def test_a_run_is_followed_by_exactly_the_four_events_with_ids_from_1(
    client: httpx.Client, gates: dict[str, Gate]
) -> None:
    answer = client.get(start(client))
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = messages(answer.text)
    assert [number for number, _, _ in told] == list(range(1, len(told) + 1))
    assert {event for _, event, _ in told} == {"nodeStatus", "edgeStatus", "complete"}
    assert [event for _, event, _ in told].count("complete") == 1
    assert told[-1][2]["results"]["save"] == {"saved": 500}


def test_a_run_that_fails_ends_with_one_error(client: httpx.Client) -> None:
    told = messages(client.get(start(client, "failing")).text)
    assert [event for _, event, _ in told if event in ("complete", "error")] == ["error"]
    assert told[-1][2]["nodeId"] == "parse"
    assert "line 7 is no number" in told[-1][2]["message"]


def test_a_late_client_gets_the_identical_stream(client: httpx.Client, gates: dict[str, Gate]) -> None:
    run = start(client)
    first = client.get(run).text
    assert client.get(run).text == first


def test_last_event_id_resumes_after_it(client: httpx.Client, gates: dict[str, Gate]) -> None:
    run = start(client)
    whole = client.get(run).text
    rest = client.get(run, headers={"Last-Event-ID": "4"}).text
    assert whole.endswith(rest)
    assert messages(rest)[0][0] == 5


def test_a_client_that_has_everything_is_told_not_to_ask_again(client: httpx.Client, gates: dict[str, Gate]) -> None:
    run = start(client)
    last = messages(client.get(run).text)[-1][0]
    assert client.get(run, headers={"Last-Event-ID": str(last)}).status_code == 204
    assert client.get(run, headers={"Last-Event-ID": "no number"}).status_code == 422


def test_a_client_that_goes_away_cancels_nothing(client: httpx.Client, gates: dict[str, Gate]) -> None:
    gates["process"].shut()
    run = start(client)
    with client.stream("GET", run) as stream:
        assert next(stream.iter_lines()).startswith("id: 1")
    gates["process"].open()
    assert messages(client.get(run).text)[-1][1] == "complete"


def test_two_runs_of_one_flow_do_not_disturb_one_another(client: httpx.Client, gates: dict[str, Gate]) -> None:
    gates["save"].shut()
    one, other = start(client), start(client)
    gates["save"].open()
    ends = [messages(client.get(run).text)[-1] for run in (one, other)]
    assert [end[1] for end in ends] == ["complete", "complete"]
    runs = client.get("/execute/my-pipeline").json()["items"]
    assert [run["run"] for run in runs[:2]] == [other.rsplit("/", 1)[1], one.rsplit("/", 1)[1]]
    assert {run["status"] for run in runs[:2]} == {"success"}


def test_a_run_can_be_stopped(client: httpx.Client, gates: dict[str, Gate]) -> None:
    gates["load"].shut()
    run = start(client)
    assert client.post(f"{run}/cancel").status_code == 202
    gates["load"].open()
    told = messages(client.get(run).text)
    assert told[-1][1] == "error"
    assert not any(data.get("status") == "success" for _, event, data in told if event == "nodeStatus")


def test_a_run_finds_the_context_it_was_started_with() -> None:
    found: list[dict[str, Any]] = []

    async def look(context: dict[str, Any], inputs: dict[str, Any]) -> None:
        found.append(dict(context))

    executor = FlowExecutor("ctx", [ExecutionStep("look", handler=look)])
    with hosted(FlowEditor(Node("look"), id="ctx"), executor, context={"config": "prod"}) as host, host.client() as own:
        own.get(start(own, "ctx", context={"rows": 3, "config": "of the browser"}))
    assert found[0].items() >= {"config": "prod", "rows": 3}.items()


def test_only_so_many_runs_of_a_flow_go_on_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosted_flows, "MOST_AT_ONCE", 2)
    editor, executor, gates = gated_flow("narrow")
    with hosted(editor, executor) as host, host.client() as own:
        under_way = [start(own, "narrow") for _ in range(2)]
        refused = own.post("/execute/narrow")
        assert (refused.status_code, refused.json()["code"]) == (503, "queue_full")
        for gate in gates.values():
            gate.open()
        for run in under_way:
            assert messages(own.get(run).text)[-1][1] == "complete"
        own.get(start(own, "narrow"))


def test_unknown_flows_and_runs_are_told_apart(client: httpx.Client) -> None:
    assert "no flow 'other'" in client.post("/execute/other").json()["detail"]
    answer = client.get("/execute/failing/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_nothing_is_open_and_no_stranger_starts_anything(
    world: tuple[FlowHost, dict[str, Gate]], client: httpx.Client
) -> None:
    host, _ = world
    assert set(declared(host.app.routes).values()) == {Protection.TOKEN}
    before = client.get("/execute/failing").json()
    for method, path in (
        ("GET", "/"),
        ("GET", "/api/flows"),
        ("GET", "/execute/failing"),
        ("POST", "/execute/failing"),
        ("GET", "/assets/x.js"),
    ):
        assert httpx.request(method, host.url + path).status_code == 401, path
    assert client.get("/execute/failing").json() == before


@pytest.mark.parametrize(
    ("headers", "code"),
    [({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Host": "evil.example"}, 421)],
)
def test_foreign_pages_and_hosts_are_refused(client: httpx.Client, headers: dict[str, str], code: int) -> None:
    answer = client.post("/execute/failing", headers=headers)
    assert answer.status_code in (code, 403, 400)
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_page_comes_with_the_content_policy_and_without_the_editor(client: httpx.Client) -> None:
    answer = client.get("/", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "A flow written in Python" in answer.text


def test_a_drawing_and_an_executor_of_different_ids_are_refused_with_both() -> None:
    with pytest.raises(ValueError, match="drawn 'ml-pipeline', to be executed 'my-pipeline'"):
        flow_app(FlowEditor(id="ml-pipeline"), FlowExecutor("my-pipeline", []), token=TOKEN)
    with pytest.raises(ValueError, match="Two FlowEditors have the id 'a'"):
        flow_app([FlowEditor(id="a"), FlowEditor(id="a")], FlowExecutor("a", []), token=TOKEN)


def test_a_palette_explains_the_nodes_of_the_editor_it_names() -> None:
    palette = NodePalette(
        PaletteGroup(PaletteItem("llm", "Model", icon="🧠"), title="AI"),
        PaletteItem("db", "Storage"),
        target_editor="a",
    )
    app = flow_app(FlowEditor(Node("n"), id="a"), FlowExecutor("a", []), palettes=[palette], token=TOKEN)
    assert app.state.palettes == (palette,)
    with hosted(FlowEditor(Node("n"), id="a"), FlowExecutor("a", []), palettes=[palette]) as host, host.client() as own:
        page = own.get("/api/flows").json()
    assert page["flows"][0]["palette"] == [
        {"label": "Model", "role": "model", "icon": "🧠"},
        {"label": "Storage", "role": "io", "icon": None},
    ]


@pytest.mark.anyio
async def test_event_stream_works_in_any_route() -> None:
    app = FastAPI()
    executor = FlowExecutor("any", [ExecutionStep("only", duration=0)])

    @app.get("/somewhere", response_model=None)
    async def somewhere() -> EventStream:
        return EventStream(executor.run())

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://flow") as client:
        answer = await client.get("/somewhere")
    assert answer.headers["cache-control"] == "no-store"
    assert messages(answer.text)[-1][1] == "complete"
