"""What octopus was asked to be, sentence by sentence, each tried through the door its reader would use."""

import json
import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Request, expect

from tests.support.api import step_of
from tests.support.browser import Editor
from tests.support.observing import ObservedRun, observe
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.mlflow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def observed_run(server: ServerProcess, client: httpx.Client, iris: dict[str, Any]) -> ObservedRun:
    """An iris run that succeeded, watched from every side while it went on."""
    observed = observe(server, client, iris)
    assert observed.view["status"] == "succeeded", observed.view
    return observed


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
    seed = editor.properties.get_by_label("Seed", exact=True)
    seed.fill("7")
    seed.blur()
    editor.page.keyboard.press("Escape")
    expect(editor.properties).to_be_hidden()
    editor.step("split").click()
    expect(editor.properties.get_by_label("Seed", exact=True)).to_have_value("7")


def test_a_toolbar_has_buttons_to_run_the_pipeline_save_and_load(editor: Editor) -> None:
    for name in ("Run Pipeline", "Save", "Load"):
        expect(editor.button(name)).to_be_visible()


def test_a_pipeline_that_was_saved_is_loaded_as_it_was(editor: Editor, client: httpx.Client) -> None:
    editor.draw_iris()
    editor.rename("Saved and loaded")
    document = editor.save()["document"]
    editor.new_pipeline()
    editor.load("Saved and loaded")
    expect(editor.steps()).to_have_count(4)
    expect(editor.edges()).to_have_count(4)
    editor.rename("Saved, loaded, saved")
    loaded = editor.save()["document"]
    assert loaded == {**document, "name": "Saved, loaded, saved"}


def test_an_output_area_shows_the_logs_and_results_of_the_execution(
    editor: Editor, observed_run: ObservedRun, server: ServerProcess
) -> None:
    editor.page.goto(f"{server.url}/?run={observed_run.view['id']}")
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
    assert [step["id"] for step in plan["steps"]] == [step["id"] for step in iris["steps"]]
    for planned, step in zip(plan["steps"], iris["steps"], strict=True):
        assert planned["argv"][:2] == ["mlflow", "run"]
        assert planned["argv"][planned["argv"].index("--entry-point") + 1] == step["type"]


def test_every_step_is_an_mlflow_run_subprocess_that_ps_shows(observed_run: ObservedRun, iris: dict[str, Any]) -> None:
    assert set(observed_run.processes) == {step["type"] for step in iris["steps"]}
    for step in iris["steps"]:
        words = observed_run.processes[step["type"]]
        assert words[words.index("run") - 1].endswith("/mlflow")
        assert step_of(observed_run.view, step["id"])["mlflow_run_id"] in words


def test_logs_and_results_are_streamed_to_the_client_while_the_pipeline_runs(observed_run: ObservedRun) -> None:
    messages = observed_run.heard[0]
    events = [message for message in messages if message["kind"] != "log"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["kind"] == "run.succeeded"
    assert events[-1]["results"]["evaluate"]["metrics"]["accuracy"] == pytest.approx(0.92, abs=0.02)
    kinds = [(message["kind"], message.get("step_id")) for message in messages]
    order = [
        kinds.index((kind, step["id"]))
        for step in observed_run.view["steps"]
        for kind in ("step.started", "log", "step.succeeded")
    ]
    assert order == sorted(order)


def test_two_people_who_watch_one_run_see_the_same(observed_run: ObservedRun) -> None:
    first, second = ([m for m in heard if m["kind"] != "log"] for heard in observed_run.heard)
    assert first
    assert first == second
    lines = [[line for m in heard if m["kind"] == "log" for line in m["lines"]] for heard in observed_run.heard]
    assert lines[0] == lines[1]


# 3. Core features


REMEMBER_STATUSES = """() => {
    window.shownStatuses = {};
    const remember = (changes) => changes.forEach(({ target: { dataset } }) => {
        (window.shownStatuses[dataset.step] ??= []).push(dataset.status);
    });
    new MutationObserver(remember).observe(document.body, { subtree: true, attributeFilter: ["data-status"] });
}"""
"""A step may run for less time than passes between two looks."""


def test_one_click_on_run_executes_the_whole_pipeline_and_the_canvas_shows_it_live(editor: Editor) -> None:
    editor.draw_iris(2)
    editor.page.keyboard.press("Escape")
    editor.page.evaluate(REMEMBER_STATUSES)
    seen = posted(editor.page, "/api/runs", lambda: editor.button("Run Pipeline").click())
    editor.open_tab("Logs")
    expect(editor.page.get_by_role("log")).to_contain_text("iris", timeout=60_000)
    for step_id in ("ingest", "split"):
        editor.wait_for_status(step_id, "succeeded")
    expect(editor.button("Run Pipeline")).to_be_enabled()
    assert len(seen) == 1
    shown = editor.page.evaluate("window.shownStatuses")
    assert {"running", "succeeded"} <= set(shown["ingest"]) & set(shown["split"]), shown


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
