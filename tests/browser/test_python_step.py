"""A step whose ports are those of the function typed into it, as hands and eyes meet it. Nothing runs here."""

import pytest
from playwright.sync_api import expect

from tests.support.browser import Editor

pytestmark = pytest.mark.browser


def type_code(editor: Editor, code: str) -> None:
    editor.step("python").click()
    field = editor.properties.locator('[data-parameter="code"] .cm-content')
    field.click()
    editor.page.keyboard.press("ControlOrMeta+a")
    editor.page.keyboard.insert_text(code)
    field.blur()


WIRE_ENDS_AT_PORT = """port => {
    const wire = document.querySelector(".react-flow__edge-path");
    const end = wire.getPointAtLength(wire.getTotalLength()).matrixTransform(wire.getScreenCTM());
    const { x, width } = document.querySelector(`[data-testid="port-python-in-${port}"]`).getBoundingClientRect();
    return Math.abs(end.x - x - width / 2) < 3;
}"""


def test_the_card_follows_the_code_and_no_wire_is_lost(editor: Editor) -> None:
    editor.new_pipeline()
    editor.drag_from_palette("Ingest", 160, 60)
    editor.drag_from_palette("Python", 160, 260)
    table, data = editor.port("python", "in", "table"), editor.port("python", "in", "data")
    expect(editor.port("python", "in", "inputs")).to_be_visible()

    type_code(editor, "def run(table, limit: int): return table")
    expect(table).to_be_visible()
    expect(editor.port("python", "in", "inputs")).to_have_count(0)
    expect(editor.properties.get_by_text("needs a value for its parameter")).to_be_visible()
    editor.set_field("python", "Limit", "5")
    editor.connect(("ingest", "data"), ("python", "table"))
    expect(editor.edges()).to_have_count(1)
    expect(editor.step("python")).to_have_attribute("data-problems", "0")

    type_code(editor, "def run(:")
    expect(editor.properties.get_by_text("not valid Python")).to_be_visible()
    expect(table).to_be_visible()
    expect(editor.edges()).to_have_count(1)

    type_code(editor, "def run(data, limit=1): return '${HOME}'")
    expect(data).to_be_visible()
    expect(table).to_have_attribute("data-missing", "true")
    expect(editor.edges()).to_have_count(1)
    expect(editor.properties.get_by_text("not there any more")).to_be_visible()
    editor.page.wait_for_function(WIRE_ENDS_AT_PORT, arg="table")
    expect(editor.properties.locator(".cm-content")).to_contain_text("${HOME}")

    editor.button("Undo").click()
    editor.button("Undo").click()
    expect(table).to_have_attribute("data-missing", "false")
    expect(data).to_have_count(0)
    expect(editor.edges()).to_have_count(1)
    expect(editor.step("python")).to_have_attribute("data-problems", "0")
