"""The plan that octopus grew from, sentence by sentence, each tried through the door its reader would use."""

import json
import re
import threading
from typing import Any

import httpx
import psutil
import pytest
from playwright.sync_api import Page, Request, expect
from websockets.sync.client import connect

from tests.support.api import start_run, step_of, wait_for, wait_until_over
from tests.support.browser import Editor
from tests.support.server import TOKEN, ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.mlflow, pytest.mark.timeout(400)]


def posted(page: Page, path: str, action: Any) -> list[Request]:
    """The POST requests to `path` that `action` leads to."""
    seen: list[Request] = []
    page.on(
        "request",
        lambda request: seen.append(request) if request.method == "POST" and request.url.endswith(path) else None,
    )
    action()
    return seen


# 1. Frontend


def test_a_sidebar_lists_the_available_steps_as_draggable_nodes(editor: Editor) -> None:
    for title in ("Ingest", "Split", "Train", "Evaluate"):
        item = editor.palette_item(title)
        expect(item).to_be_visible()
        draggable = item.locator("xpath=ancestor-or-self::*[@draggable='true']")
        expect(draggable).to_have_count(1)


def test_users_drag_nodes_onto_a_central_canvas_and_connect_them_to_define_the_graph(editor: Editor) -> None:
    editor.draw_iris()
    palette, canvas = editor.palette.bounding_box(), editor.canvas.bounding_box()
    assert palette is not None
    assert canvas is not None
    assert palette["x"] + palette["width"] <= canvas["x"] + 1
    assert canvas["width"] > 1280 / 2


def test_a_properties_panel_appears_when_a_node_is_selected_and_configures_its_parameters(editor: Editor) -> None:
    editor.draw_iris()
    editor.page.keyboard.press("Escape")
    expect(editor.properties).to_be_hidden()
    editor.step("split").click()
    expect(editor.properties).to_be_visible()
    seed = editor.properties.get_by_label("Seed")
    seed.fill("7")
    seed.blur()
    editor.page.keyboard.press("Escape")
    expect(editor.properties).to_be_hidden()
    editor.step("split").click()
    expect(editor.properties.get_by_label("Seed")).to_have_value("7")


def test_a_toolbar_has_buttons_to_run_the_pipeline_save_and_load(editor: Editor) -> None:
    for name in ("Run Pipeline", "Save", "Load"):
        expect(editor.button(name)).to_be_visible()


def test_a_pipeline_that_was_saved_is_loaded_as_it_was(editor: Editor, client: httpx.Client) -> None:
    editor.draw_iris()
    editor.page.get_by_role("textbox", name="Pipeline name").fill("Saved and loaded")
    editor.page.keyboard.press("Enter")
    with editor.page.expect_response(
        lambda answer: answer.url.endswith("/api/pipelines") and answer.status == 201
    ) as saved:
        editor.button("Save").click()
    document = saved.value.json()["document"]
    editor.new_pipeline()
    editor.button("Load").click()
    editor.page.get_by_role("dialog").get_by_text("Saved and loaded").click()
    expect(editor.steps()).to_have_count(4)
    expect(editor.edges()).to_have_count(4)
    with editor.page.expect_response(lambda answer: "/api/validate" in answer.url) as validated:
        editor.step("split").click()
        editor.properties.get_by_label("Seed").fill("43")
    shown = json.loads(validated.value.request.post_data or "{}")
    changed = [step for step in shown["steps"] if step["id"] == "split"]
    assert changed[0]["params"].pop("seed") == 43
    for step in document["steps"]:
        step["params"].pop("seed", None) if step["id"] == "split" else None
    assert shown["steps"] == document["steps"]
    assert shown["edges"] == document["edges"]


def test_an_output_area_shows_the_logs_and_results_of_the_execution(
    editor: Editor, finished_run: dict[str, Any], server: ServerProcess
) -> None:
    editor.page.goto(f"{server.url}/?run={finished_run['id']}")
    editor.step("evaluate").wait_for()
    editor.open_tab("Logs")
    expect(editor.page.get_by_role("log")).to_contain_text("accuracy")
    editor.step("evaluate").click()
    editor.open_tab("Results")
    results = editor.page.get_by_role("tabpanel")
    expect(results).to_contain_text("accuracy")
    expect(results).to_contain_text("0.9")


def test_the_editor_is_react_flow_and_material_ui(editor: Editor) -> None:
    expect(editor.canvas.locator(".react-flow")).to_have_count(1)
    assert editor.page.locator("[class*='Mui']").count() > 20


# 2. Backend


def test_an_endpoint_answers_the_available_pipeline_steps(client: httpx.Client) -> None:
    answer = client.get("/api/step-types")
    assert answer.status_code == 200
    types = {entry["id"]: entry for entry in answer.json()["items"]}
    assert {"ingest", "split", "train", "evaluate"} <= set(types)
    assert types["split"]["params_schema"]["properties"]["ratios"]["default"] == [0.75, 0.125, 0.125]


def test_the_backend_receives_the_pipeline_as_a_json_graph_from_the_frontend(editor: Editor) -> None:
    editor.draw_iris()
    seen = posted(
        editor.page, "/api/runs", lambda: (editor.button("Run Pipeline").click(), editor.button("Stop").wait_for())
    )
    body = json.loads(seen[0].post_data or "{}")
    graph = body["document"]
    assert {step["id"]: step["type"] for step in graph["steps"]} == {
        name: name for name in ("ingest", "split", "train", "evaluate")
    }
    assert {(edge["source"], edge["target"]) for edge in graph["edges"]} == {
        ("ingest", "split"),
        ("split", "train"),
        ("train", "evaluate"),
        ("split", "evaluate"),
    }
    editor.button("Stop").click()
    editor.button("Run Pipeline").wait_for()


def test_the_json_graph_is_translated_into_a_sequence_of_mlflow_commands(
    client: httpx.Client, iris: dict[str, Any]
) -> None:
    plan = client.post("/api/plan", json={"document": iris}).json()
    assert [step["id"] for step in plan["steps"]] == ["ingest", "split", "train", "evaluate"]
    for step in plan["steps"]:
        assert step["argv"][:2] == ["mlflow", "run"]
        assert step["argv"][step["argv"].index("--entry-point") + 1] == step["id"]


def test_every_step_is_an_mlflow_run_subprocess_that_ps_shows(
    client: httpx.Client, server: ServerProcess, iris: dict[str, Any]
) -> None:
    seen: dict[str, list[str]] = {}

    def watch(view: dict[str, Any]) -> bool:
        for process in psutil.Process(server.pid).children(recursive=True):
            try:
                words = process.cmdline()
            except psutil.Error:
                continue
            if "--entry-point" in words and any(word.endswith("mlflow") for word in words[:2]):
                seen[words[words.index("--entry-point") + 1]] = words
        return view["status"] in {"succeeded", "failed", "cancelled"}

    run_id = start_run(client, iris)
    view = wait_for(client, run_id, watch)
    assert view["status"] == "succeeded"
    assert set(seen) == {"ingest", "split", "train", "evaluate"}
    for step_id, words in seen.items():
        assert words[words.index("run") - 1].endswith("mlflow")
        assert step_of(view, step_id)["mlflow_run_id"] in words


def test_logs_and_results_are_streamed_to_the_client_while_the_pipeline_runs(
    client: httpx.Client, server: ServerProcess, iris: dict[str, Any]
) -> None:
    run_id = start_run(client, iris)
    url = f"ws://127.0.0.1:{server.port}/api/runs/{run_id}/ws?after=0"
    messages: list[dict[str, Any]] = []
    with connect(url, additional_headers={"Authorization": f"Bearer {TOKEN}"}) as socket:
        for frame in socket:
            messages += json.loads(frame)
    events = [message for message in messages if message["kind"] != "log"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["kind"] == "run.succeeded"
    assert events[-1]["results"]["evaluate"]["metrics"]["accuracy"] == pytest.approx(0.92, abs=0.06)
    kinds = [(message["kind"], message.get("step_id")) for message in messages]
    for step_id in ("ingest", "split", "train", "evaluate"):
        assert (
            kinds.index(("step.started", step_id))
            < kinds.index(("log", step_id))
            < kinds.index(("step.succeeded", step_id))
        )
    assert kinds.index(("log", "ingest")) < kinds.index(("step.started", "split"))


# 3. Core features


def test_one_click_on_run_executes_the_whole_pipeline_and_the_canvas_shows_it_live(editor: Editor) -> None:
    editor.draw_iris()
    seen = posted(editor.page, "/api/runs", lambda: editor.button("Run Pipeline").click())
    editor.wait_for_status("ingest", "running")
    editor.open_tab("Logs")
    expect(editor.page.get_by_role("log")).to_contain_text("iris", timeout=60_000)
    for step_id in ("ingest", "split", "train", "evaluate"):
        editor.wait_for_status(step_id, "succeeded")
    expect(editor.button("Run Pipeline")).to_be_enabled()
    assert len(seen) == 1


def test_clicking_any_node_opens_a_form_to_edit_its_specific_parameters(editor: Editor) -> None:
    editor.draw_iris()
    for step_id, field in (("ingest", "Format"), ("split", "Ratios"), ("train", "Algorithm"), ("evaluate", "Criteria")):
        editor.step(step_id).click()
        expect(editor.properties.get_by_text(re.compile(rf"^{field}")).first).to_be_visible()


def test_the_interface_is_clean_and_follows_material_design(editor: Editor) -> None:
    for size in ({"width": 1280, "height": 800}, {"width": 1920, "height": 1080}):
        editor.page.set_viewport_size(size)  # type: ignore[arg-type]
        overflow = editor.page.evaluate(
            "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]"
        )
        assert overflow == [0, 0]
    family = editor.page.evaluate("getComputedStyle(document.body).fontFamily")
    assert re.search("Inter|Roboto", family)
    assert (
        editor.page.title().startswith("octopus") or "octopus, the MLflow Pipeline Orchestrator" in editor.page.title()
    )


def test_two_people_may_watch_one_run_and_see_the_same(
    client: httpx.Client, server: ServerProcess, iris: dict[str, Any]
) -> None:
    run_id = start_run(client, iris)
    heard: list[list[Any]] = [[], []]

    def listen(into: list[Any]) -> None:
        url = f"ws://127.0.0.1:{server.port}/api/runs/{run_id}/ws"
        with connect(url, additional_headers={"Authorization": f"Bearer {TOKEN}"}) as socket:
            for frame in socket:
                into += [message for message in json.loads(frame) if message["kind"] != "log"]

    listeners = [threading.Thread(target=listen, args=(into,)) for into in heard]
    for listener in listeners:
        listener.start()
    wait_until_over(client, run_id)
    for listener in listeners:
        listener.join(30)
    assert heard[0]
    assert heard[0] == heard[1]
