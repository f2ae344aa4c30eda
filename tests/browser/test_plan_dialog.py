"""The plan in the editor: what each step would do, and the command one could type."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.test_loops_and_reuse import open_saved
from tests.support.axe import violations
from tests.support.browser import Editor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def open_plan(editor: Editor) -> Locator:
    editor.button("More ways to run").click()
    editor.page.get_by_role("menuitem", name="Show the plan…").click()
    return editor.page.get_by_role("dialog", name="Plan")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_plan_shows_the_command_of_every_step_and_what_a_warm_one_has_instead(
    scheme: Any, editor: Editor, client: httpx.Client, iris: dict[str, Any]
) -> None:
    editor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    open_saved(editor, client, iris)
    dialog = open_plan(editor)
    planned = client.post("/api/plan", json={"document": iris}).json()["steps"]
    expect(dialog.locator("pre")).to_have_text([step["command"] for step in planned])
    expect(dialog.get_by_role("heading", level=3)).to_have_text([step["title"] for step in planned])
    expect(dialog.get_by_text("as you would type them")).to_contain_text("--backend octopus-warm")
    assert violations(editor.page) == []


def test_what_cannot_be_planned_says_why(editor: Editor, client: httpx.Client, iris: dict[str, Any]) -> None:
    lacking = {**iris, "steps": [step for step in iris["steps"] if step["type"] == "split"], "edges": []}
    open_saved(editor, client, lacking)
    expect(editor.steps()).to_have_attribute("data-severity", "error")
    expect(open_plan(editor)).to_have_count(0)
    expect(editor.page.get_by_role("alert")).to_contain_text("This pipeline cannot run yet. The input data")
    expect(editor.page.get_by_role("list", name="Problems")).to_be_visible()
