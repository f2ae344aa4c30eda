"""Everybody's hands and eyes: axe finds nothing, the keyboard reaches everything, nothing overflows."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.axe import violations
from tests.support.browser import Editor
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_editor_with_a_finished_run(
    scheme: Any, editor: Editor, finished_run: dict[str, Any], server: ServerProcess
) -> None:
    editor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    editor.page.goto(f"{server.url}/?run={finished_run['id']}")
    editor.wait_for_status("evaluate", "succeeded")
    assert violations(editor.page) == []
    editor.step("train").click()
    expect(editor.properties).to_be_visible()
    expect(editor.properties.get_by_label("Seed", exact=True)).to_be_visible()
    for tab in ("Logs", "Steps", "Results", "Problems"):
        editor.open_tab(tab)
        expect(editor.page.get_by_role("tabpanel")).to_be_visible()
        assert violations(editor.page) == [], tab


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_panels_and_dialogs_around_a_loop(
    scheme: Any, editor: Editor, client: httpx.Client
) -> None:
    editor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    pipeline = client.post("/api/pipelines", json={"template": "training_pipeline"}).json()
    editor.page.goto(f"{editor.origin}/pipelines/{pipeline['id']}")
    editor.step("train").click()
    editor.properties.get_by_role("button", name="Policy").click()
    expect(editor.properties.get_by_label("Retries", exact=True)).to_be_visible()
    assert violations(editor.page) == [], "policy"
    loop = next(edge["id"] for edge in pipeline["document"]["edges"] if edge["kind"] == "loop")
    editor.canvas.locator(f".react-flow__edge[data-id='{loop}']").focus()
    editor.page.keyboard.press("Enter")
    expect(editor.properties.get_by_label("Maximum", exact=True)).to_be_visible()
    assert violations(editor.page) == [], "loop"
    for dialog in ("Pipeline settings", "Add project…"):
        editor.button(dialog).click()
        expect(editor.page.get_by_role("dialog")).to_be_visible()
        assert violations(editor.page) == [], dialog
        editor.page.keyboard.press("Escape")
        expect(editor.page.get_by_role("dialog")).to_have_count(0)
    editor.button("More ways to run").click()
    expect(editor.page.get_by_role("menu")).to_be_visible()
    assert violations(editor.page) == [], "ways to run"
    editor.page.get_by_role("menuitem", name="Run with options…").click()
    expect(editor.page.get_by_role("dialog").get_by_label("threshold", exact=True)).to_be_visible()
    assert violations(editor.page) == [], "run with options"


def test_a_pipeline_is_built_and_connected_without_a_mouse(editor: Editor) -> None:
    editor.new_pipeline()
    for title in ("Ingest", "Split"):
        item = editor.palette.get_by_role("option", name=title)
        item.focus()
        editor.page.keyboard.press("Enter")
    expect(editor.steps()).to_have_count(2)
    editor.step("ingest").focus()
    editor.page.keyboard.press("Enter")
    editor.page.keyboard.press("c")
    dialog = editor.page.get_by_role("dialog", name="Connect to")
    expect(dialog).to_be_visible()
    dialog.get_by_role("option", name="Split").first.press("Enter")
    expect(editor.edges()).to_have_count(1)
    editor.page.keyboard.press("Control+z")
    expect(editor.edges()).to_have_count(0)
    editor.page.keyboard.press("Control+Shift+z")
    expect(editor.edges()).to_have_count(1)
    editor.step("split").focus()
    editor.page.keyboard.press("Delete")
    expect(editor.steps()).to_have_count(1)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080), (2560, 1440)])
def test_nothing_overflows_the_window(width: int, height: int, editor: Editor) -> None:
    editor.page.set_viewport_size({"width": width, "height": height})
    editor.steps().first.click()
    expect(editor.properties).to_be_visible()
    outside = editor.page.evaluate(
        """() => [...document.querySelectorAll('header *, [role=region], [role=tab], button')]
            .filter(e => !e.closest('.react-flow__viewport') && e.checkVisibility())
            .filter(e => e.getBoundingClientRect().width)
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
            .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert outside == []
    assert editor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    overview, canvas = editor.canvas.locator(".react-flow__minimap").bounding_box(), editor.canvas.bounding_box()
    if overview is not None and canvas is not None:  # a narrow canvas has none
        assert overview["width"] < canvas["width"] / 3
        assert overview["y"] > canvas["y"] + canvas["height"] / 2
