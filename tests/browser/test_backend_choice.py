"""Warm or cold, as hands choose it for a run and for a step, and as eyes see which way a step went."""

import json
import time
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.support.api import wait_until_over
from tests.support.axe import violations
from tests.support.browser import Editor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

Json = dict[str, Any]
READY_LIMIT_S = 120.0
CODE = {"code": "def run():\n    return 1\n"}
LOAD = {"id": "load", "type": "python", "params": CODE, "position": {"x": 0, "y": 0}}
CLEAN = {"id": "clean", "type": "python", "params": CODE, "position": {"x": 0, "y": 180}}
WIRE = {"id": "e1", "source": "load", "source_port": "output", "target": "clean", "target_port": "after"}


@pytest.fixture
def pipeline(editor: Editor, client: httpx.Client) -> Json:
    """Saved and open: load, then clean."""
    document = {"schema_version": 1, "name": "Warm and cold", "steps": [LOAD, CLEAN], "edges": [WIRE]}
    saved: Json = client.post("/api/pipelines", json={"document": document}).json()
    editor.page.goto(f"{editor.origin}/pipelines/{saved['id']}")
    expect(editor.steps()).to_have_count(2)
    return saved


def options(editor: Editor) -> Locator:
    """The dialog with everything that can be said of a run."""
    editor.button("More ways to run").click()
    editor.page.get_by_role("menuitem", name="Run with options…").click()
    return editor.page.get_by_role("dialog", name="Run with options")


def started_with(editor: Editor, button: Locator) -> tuple[Json, str]:
    """What pressing `button` asks the server to run, and the id of the run."""
    with editor.page.expect_response(
        lambda answer: answer.url.endswith("/api/runs") and answer.request.method == "POST"
    ) as started:
        button.click()
    assert started.value.status == 201, started.value.text()
    return json.loads(started.value.request.post_data or "{}"), started.value.json()["id"]


def wait_for_the_warm_backend(client: httpx.Client) -> Json:
    """How it is once it is ready."""
    deadline = time.monotonic() + READY_LIMIT_S
    while True:
        backends: Json = client.get("/api/health").json()["backends"]
        if backends["warm"] == "ready":
            return backends
        assert time.monotonic() < deadline, backends
        time.sleep(0.1)


def ways(view: Json) -> list[tuple[str, str | None]]:
    """Per step its backend, and why that is not the warm one."""
    return [(step["backend"], step["backend_reason"]) for step in view["steps"]]


def results_of(editor: Editor, step_id: str) -> Locator:
    editor.step(step_id).click()
    editor.open_tab("Results")
    return editor.page.get_by_role("tabpanel")


@pytest.mark.mlflow
def test_a_run_that_is_to_be_cold_is_cold_in_every_step(editor: Editor, client: httpx.Client, pipeline: Json) -> None:
    dialog = options(editor)
    choice = dialog.get_by_role("combobox", name="Backend")
    expect(choice).to_have_text("Automatic (warm)")
    choice.press("Enter")
    for _ in range(2):
        editor.page.keyboard.press("ArrowDown")
    editor.page.keyboard.press("Enter")
    expect(choice).to_have_text("Cold")
    expect(dialog.get_by_text("Every step starts a process of its own")).to_be_visible()
    body, run_id = started_with(editor, dialog.get_by_role("button", name="Run", exact=True))
    assert body["backend"] == "cold"
    view = wait_until_over(client, run_id)
    assert (view["status"], view["backend"]) == ("succeeded", "cold")
    assert ways(view) == [("cold", None), ("cold", None)]
    expect(results_of(editor, "clean")).to_contain_text("started cold")
    expect(editor.page.get_by_text("Started cold.")).to_have_count(0)


@pytest.mark.mlflow
def test_a_step_that_is_to_be_cold_is_cold_among_warm_ones(
    editor: Editor, client: httpx.Client, pipeline: Json
) -> None:
    wait_for_the_warm_backend(client)
    editor.step("load").click()
    editor.properties.get_by_role("button", name="Policy").click()
    choice = editor.properties.get_by_role("combobox", name="Backend")
    expect(choice).to_have_text("automatic (warm)")
    choice.click()
    editor.page.get_by_role("option", name="cold", exact=True).click()
    expect(editor.properties.get_by_role("button", name="Policy 1 changed")).to_be_visible()
    editor.save()
    stored = client.get(f"/api/pipelines/{pipeline['id']}").json()["document"]
    assert [step["policy"]["backend"] for step in stored["steps"]] == ["cold", None]
    body, run_id = started_with(editor, editor.button("Run Pipeline"))
    assert "backend" not in body
    view = wait_until_over(client, run_id)
    assert view["status"] == "succeeded"
    assert ways(view) == [("cold", None), ("warm", None)]
    expect(results_of(editor, "load")).to_contain_text("started cold")
    expect(results_of(editor, "clean")).to_contain_text("started warm")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_server_tells_how_its_backends_are(scheme: Any, editor: Editor, client: httpx.Client) -> None:
    editor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    wait_for_the_warm_backend(client)
    editor.page.keyboard.press("Shift+?")
    editor.page.get_by_role("dialog", name="Keyboard").get_by_role("button", name="About the server").press("Enter")
    dialog = editor.page.get_by_role("dialog", name="About the server")
    expect(dialog.locator(".server-row", has_text="Warm backend")).to_contain_text("Holds")
    expect(dialog.locator(".server-row", has_text="Cold backend")).to_contain_text("Ready")
    assert violations(editor.page) == []
    editor.page.keyboard.press("Escape")
    expect(editor.page.get_by_role("dialog")).to_have_count(0)
    dialog = options(editor)
    expect(dialog.get_by_text("Warm wherever it can be, else cold.")).to_be_visible()
    dialog.get_by_role("combobox", name="Backend").press("Enter")
    expect(editor.page.get_by_role("option", name="Warm", exact=True)).to_be_visible()
    assert violations(editor.page) == []
