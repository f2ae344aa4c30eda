"""What eyes fall on: edges that end at a port, code in the dark, Run in a narrow window."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.test_loops_and_reuse import open_saved
from tests.support.axe import violations
from tests.support.browser import Editor

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def python_step(step_id: str, code: str, y: int) -> dict[str, Any]:
    return {"id": step_id, "type": "python", "position": {"x": 0, "y": y}, "params": {"code": code}}


def document(*steps: dict[str, Any], edges: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {"schema_version": 1, "name": "Closely", "steps": list(steps), "edges": edges or []}


def test_an_edge_to_the_quiet_port_ends_at_something_one_sees(editor: Editor, client: httpx.Client) -> None:
    nothing = "def run():\n    return None\n"
    edge = {"id": "e1", "source": "first", "source_port": "output", "target": "second", "target_port": "after"}
    steps = (python_step("first", nothing, 0), python_step("second", nothing, 200))
    open_saved(editor, client, document(*steps, edges=[edge]))
    expect(editor.port("second", "in", "after")).to_have_css("opacity", "0.8")
    expect(editor.port("first", "in", "after")).to_have_css("opacity", "0")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_code_can_be_read(scheme: Any, editor: Editor, client: httpx.Client) -> None:
    editor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    open_saved(editor, client, document(python_step("own", "# one\ndef run():\n    return 'two', 3\n", 0)))
    editor.step("own").click()
    expect(editor.properties.locator(".cm-content")).to_contain_text("return 'two', 3")
    expect(editor.properties.get_by_text("Takes nothing from other steps.")).to_be_visible()
    assert violations(editor.page) == []


@pytest.mark.parametrize("width", [1000, 640, 390])
def test_run_is_in_reach_in_a_narrow_window(width: int, editor: Editor) -> None:
    editor.page.set_viewport_size({"width": width, "height": 800})
    expect(editor.button("Run Pipeline")).to_be_in_viewport(ratio=1)
    expect(editor.button("More ways to run")).to_be_in_viewport(ratio=1)
