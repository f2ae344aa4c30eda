"""A step with a Python environment of its own, as eyes see it: queued while that is built, and cold for that reason."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.support.api import wait_until_over
from tests.support.axe import violations
from tests.support.browser import Editor
from tests.support.package_shelf import Shelf, open_shelf, project_with
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.mlflow, pytest.mark.timeout(400)]

BUILDING = "Building the Python environment (uv)"
REASON = "the step has a Python environment of its own"
BUILD_LIMIT_MS = 120_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("own-environment")


@pytest.fixture(scope="module")
def shelf(folder: Path) -> Shelf:
    return open_shelf(folder)


@pytest.fixture(scope="module")
def server(folder: Path, shelf: Shelf) -> Iterator[ServerProcess]:
    """One that finds packages on the shelf only."""
    own = {name: value for name, value in shelf.variables.items() if os.environ.get(name) != value}
    server = ServerProcess(folder / "data", own).up()
    yield server
    shelf.open_gate()
    server.stop()


@pytest.fixture(scope="module")
def client(server: ServerProcess) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


def open_project(editor: Editor, client: httpx.Client, project: Path) -> str:
    """Adds the project to the palette, opens a saved pipeline of its one step and runs it; the id of the run."""
    added = client.post("/api/projects", json={"path": str(project), "replace": True})
    assert added.is_success, added.text
    step = {"id": "own", "type": added.json()["step_types"][0]["id"], "position": {"x": 0, "y": 0}}
    document = {"schema_version": 1, "name": "Own environment", "steps": [step], "edges": []}
    saved: dict[str, Any] = client.post("/api/pipelines", json={"document": document}).json()
    editor.page.goto(f"{editor.origin}/pipelines/{saved['id']}")
    expect(editor.steps()).to_have_count(1)
    with editor.page.expect_response(
        lambda answer: answer.url.endswith("/api/runs") and answer.request.method == "POST"
    ) as started:
        editor.button("Run Pipeline").click()
    assert started.value.status == 201, started.value.text()
    run_id: str = started.value.json()["id"]
    return run_id


def row_of(editor: Editor, step_id: str) -> Locator:
    editor.open_tab("Steps")
    return editor.page.get_by_role("tabpanel").get_by_role("row").filter(has_text=step_id)


def test_a_queued_step_says_that_its_environment_is_being_built_and_then_why_it_went_cold(
    editor: Editor, client: httpx.Client, shelf: Shelf, folder: Path
) -> None:
    shelf.close_gate()
    run_id = open_project(editor, client, project_with(folder / "demo", "only_here==1.0", manager="uv"))
    card = editor.step("own")
    expect(card).to_contain_text(BUILDING, timeout=BUILD_LIMIT_MS)
    expect(card).to_have_attribute("data-status", "queued")
    expect(card).to_have_accessible_name(re.compile(re.escape(f"Queued, {BUILDING}")))
    expect(row_of(editor, "own")).to_contain_text(BUILDING)
    card.click()
    editor.open_tab("Results")
    expect(editor.page.get_by_role("tabpanel")).to_contain_text(BUILDING)
    assert violations(editor.page) == []

    shelf.open_gate()
    editor.wait_for_status("own", "succeeded")
    expect(card).not_to_contain_text(BUILDING)
    expect(card.locator(".card-cold")).to_have_attribute("title", f"Started cold: {REASON}")
    expect(card).to_have_accessible_name(re.compile(f"Succeeded, Started cold: {REASON}"))
    expect(editor.page.get_by_role("tabpanel")).to_contain_text("Started cold. The step has a Python environment")
    row = row_of(editor, "own")
    expect(row.get_by_role("cell", name="cold", exact=True)).to_have_attribute("title", f"Started cold: {REASON}")
    view = wait_until_over(client, run_id)
    assert [(step["backend"], step["backend_reason"]) for step in view["steps"]] == [("cold", REASON)]


def test_a_package_that_is_nowhere_fails_the_step_and_names_the_package(
    editor: Editor, client: httpx.Client, folder: Path
) -> None:
    open_project(editor, client, project_with(folder / "lacking", "only_here==9.9", manager="uv"))
    editor.wait_for_status("own", "failed")
    editor.step("own").click()
    editor.open_tab("Results")
    alert = editor.page.get_by_role("tabpanel").get_by_role("alert")
    expect(alert).to_contain_text("there is no version of only-here==9.9")
    expect(alert).to_contain_text("It was not started.")
    expect(alert).not_to_contain_text("Exit code")
