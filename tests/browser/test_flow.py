"""Flows written in Python, in the browser: they look as their programs say, and what happens is seen as it happens."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from octopus.flow import ExecutionStep, FlowEditor, FlowExecutor, Node
from tests.support.axe import violations
from tests.support.browser import WINDOW
from tests.support.flows import FlowHost, Gate, failing_flow, gated_flow, hosted
from tests.support.tutorials import example

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LEGEND = {
    "data_load": "io",
    "preprocess": "transform",
    "split": "transform",
    "train_model": "model",
    "validate": "transform",
    "evaluate": "decision",
    "deploy": "io",
    "retrain": "retry",
}
"""The ML tutorial's: green, blue, purple, yellow, pink."""


class FlowView:
    """A flow's page as hands and eyes know it."""

    def __init__(self, page: Page, host: FlowHost) -> None:
        self.page = page
        self.host = host
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)

    def open(self, flow_id: str) -> "FlowView":
        self.page.goto(self.host.launch_url)
        self.page.goto(f"{self.host.url}/?flow={flow_id}")
        self.node_cards().first.wait_for()
        return self

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def node_cards(self) -> Locator:
        return self.page.locator("[data-testid^='node-']")

    def node(self, node_id: str) -> Locator:
        return self.page.get_by_test_id(f"node-{node_id}")

    def edge(self, number: int) -> Locator:
        return self.page.get_by_test_id(f"edge-e{number}")

    @property
    def results(self) -> Locator:
        return self.page.get_by_role("region", name="Results")

    def changes(self) -> list[str]:
        """The lines of the results panel."""
        return [line.strip() for line in self.results.get_by_role("listitem").all_inner_texts()]

    def wait_for(self, **statuses: str) -> None:
        for node_id, status in statuses.items():
            expect(self.node(node_id)).to_have_attribute("data-status", status)

    def style(self, found: Locator, name: str) -> str:
        return str(found.evaluate("(element, name) => getComputedStyle(element)[name]", name))


class World:
    """One server with every flow of these tests."""

    def __init__(self, host: FlowHost, gates: dict[str, Gate]) -> None:
        self.host = host
        self.gates = gates


@pytest.fixture
def world() -> Iterator[World]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        ml, python = example("ml_training_pipeline", monkeypatch), example("python_execution", monkeypatch)
    for step in [*ml.executor.steps, *python.executor.steps]:
        step.duration = 0
        step.handler = None
    failing = failing_flow("failing")
    gated = gated_flow("gated")
    editors = [ml.editor, python.editor, failing[0], gated[0]]
    with hosted(editors, [ml.executor, python.executor, failing[1], gated[1]], title="Flows") as host:
        yield World(host, gated[2])


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=WINDOW)
    yield context
    context.close()


@pytest.fixture
def view(context: BrowserContext, world: World) -> Iterator[FlowView]:
    view = FlowView(context.new_page(), world.host)
    yield view
    assert not view.errors, view.errors


def centre(found: Locator) -> tuple[float, float]:
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_ml_tutorials_graph_looks_as_its_legend_says(view: FlowView) -> None:
    view.open("ml-pipeline")
    expect(view.node_cards()).to_have_count(len(LEGEND))
    fills = {}
    for node_id, role in LEGEND.items():
        node = view.node(node_id)
        expect(node).to_have_attribute("data-role-colour", role)
        fills.setdefault(role, set()).add(view.style(node, "backgroundColor"))
        expect(node.locator("svg.flow-node-icon")).to_have_count(1)
    assert all(len(colours) == 1 for colours in fills.values()), fills
    assert len({next(iter(colours)) for colours in fills.values()}) == 5
    for number, is_dashed in enumerate([False] * 6 + [True, True], start=1):
        dashes = view.style(view.edge(number).locator(".react-flow__edge-path"), "strokeDasharray")
        assert (dashes != "none") is is_dashed, number
    expect(view.page.get_by_test_id("edge-label-e6")).to_have_text("pass")
    expect(view.page.get_by_test_id("edge-label-e7")).to_have_text("fail")
    legend = view.page.get_by_role("note", name="Legend")
    for word in ("Input / output", "Transform", "Model", "Decision", "Retry", "Conditional"):
        expect(legend).to_contain_text(word)
    # From top to bottom: ports above and below, the two of the evaluation side by side, `pass` first.
    (load_x, load_y), (out_x, out_y) = (
        centre(view.node("data_load")),
        centre(view.page.get_by_test_id("port-data_load-out-0")),
    )
    assert abs(load_x - out_x) < 2
    assert out_y > load_y
    passes, fails = (centre(view.page.get_by_test_id(f"port-evaluate-out-{port}")) for port in (0, 1))
    assert passes[0] < fails[0]
    assert passes[1] == fails[1]


def test_the_execution_tutorials_graph_runs_from_left_to_right(view: FlowView) -> None:
    view.open("my-pipeline")
    for node_id, icon, role in (("load", "📥", "io"), ("process", "🔄", "transform"), ("save", "💾", "io")):
        expect(view.node(node_id)).to_contain_text(icon)
        expect(view.node(node_id)).to_have_attribute("data-role-colour", role)
        box = view.node(node_id).bounding_box()
        assert box is not None
        assert box["width"] / box["height"] == pytest.approx(100 / 50, abs=0.02)
    node_x, node_y = centre(view.node("process"))
    (in_x, in_y), (out_x, out_y) = (centre(view.page.get_by_test_id(f"port-process-{way}-0")) for way in ("in", "out"))
    assert in_x < node_x < out_x
    assert abs(in_y - node_y) < 2 > abs(out_y - node_y)
    assert view.style(view.edge(1).locator(".react-flow__edge-path"), "stroke") == "rgb(148, 163, 184)"


def test_nodes_go_from_pending_over_running_to_success_in_every_tab(
    view: FlowView, world: World, context: BrowserContext
) -> None:
    view.open("gated")
    run = view.button("Run")
    run.click()
    view.wait_for(load="running", process="pending", save="pending")
    expect(run).to_be_disabled()
    world.gates["load"].open()
    view.wait_for(load="succeeded", process="running")
    expect(view.edge(1)).to_have_attribute("data-moving", "true")
    second = FlowView(context.new_page(), world.host)
    second.page.goto(f"{world.host.url}/?flow=gated")
    second.wait_for(load="succeeded", process="running", save="pending")
    expect(second.button("Run")).to_be_disabled()
    view.page.reload()
    view.wait_for(load="succeeded", process="running", save="pending")
    expect(run).to_be_disabled()
    world.gates["process"].open()
    world.gates["save"].open()
    for tab in (view, second):
        tab.wait_for(load="succeeded", process="succeeded", save="succeeded")
        expect(tab.results.get_by_role("status")).to_contain_text("completed")
        assert tab.changes() == [
            *(f"Node {node}: pending" for node in ("load", "process", "save")),
            *(f"Node {node}: {status}" for node in ("load", "process", "save") for status in ("running", "success")),
        ]
        shown = json.loads(tab.page.get_by_label("Results as JSON").inner_text())
        assert shown == {"load": {"records": 500}, "process": {"records": 500}, "save": {"saved": 500}}
        expect(tab.button("Run")).to_be_enabled()
    assert world.gates["load"].calls == 1
    assert not second.errors
    view.button("Reset").click()
    view.wait_for(load="none", process="none", save="none")
    expect(view.results).to_contain_text("Nothing has run yet")
    view.page.reload()
    view.wait_for(load="none")


def test_an_error_is_shown_where_it_happened_and_run_comes_back(view: FlowView) -> None:
    view.open("failing")
    view.button("Run").click()
    view.wait_for(fetch="succeeded", parse="failed", store="skipped")
    alert = view.results.get_by_role("alert")
    expect(alert).to_contain_text("parse")
    expect(alert).to_contain_text("line 7 is no number")
    expect(view.button("Run")).to_be_enabled()
    view.page.keyboard.press("Control+Enter")
    expect(view.results.get_by_role("alert")).to_have_count(1)
    expect(view.button("Run")).to_be_enabled()


def test_a_run_can_be_stopped(view: FlowView) -> None:
    view.open("gated")
    view.button("Run").click()
    view.wait_for(load="running")
    view.button("Stop").click()
    expect(view.button("Run")).to_be_enabled()
    expect(view.button("Stop")).to_have_count(0)
    view.wait_for(load="cancelled", process="cancelled", save="cancelled")
    expect(view.page.get_by_role("banner").get_by_role("status")).to_contain_text("Stopped")


def test_the_tutorials_branch_is_taken_and_the_other_one_is_not(view: FlowView) -> None:
    view.open("ml-pipeline")
    view.button("Run").click()
    view.wait_for(deploy="succeeded", retrain="skipped")
    expect(view.edge(6)).to_have_attribute("data-status", "succeeded")
    assert view.changes()[: len(LEGEND)] == [f"Node {node}: pending" for node in LEGEND]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(scheme: Any, view: FlowView) -> None:
    view.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    view.open("ml-pipeline")
    view.button("Run").click()
    view.wait_for(deploy="succeeded")
    expect(view.button("Run")).to_be_enabled()
    assert violations(view.page) == [], "completed"
    view.page.get_by_role("combobox", name="Flow").click()
    view.page.get_by_role("option", name="failing").click()
    view.button("Run").click()
    expect(view.results.get_by_role("alert")).to_be_visible()
    assert violations(view.page) == [], "failed"


def test_the_keyboard_reaches_everything_and_nothing_overflows(view: FlowView) -> None:
    view.open("ml-pipeline")
    reached = set()
    for _ in range(24):
        view.page.keyboard.press("Tab")
        reached.add(
            str(
                view.page.evaluate(
                    "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
                )
            )
        )
    assert {"Run", "Fit to view", "Zoom in", "Theme: system"} <= reached
    assert "Load Data, node 1 of 8" in reached
    for width in (700, 1280, 1920):
        view.page.set_viewport_size({"width": width, "height": 800})
        assert view.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        expect(view.button("Run")).to_be_in_viewport(ratio=1)


def test_what_is_drawn_cannot_be_changed(view: FlowView) -> None:
    view.open("ml-pipeline")
    (load_x, load_y), (split_x, split_y) = centre(view.node("data_load")), centre(view.node("split"))
    port = centre(view.page.get_by_test_id("port-data_load-out-0"))
    for begin, end in (((load_x, load_y), (load_x + 120, load_y + 60)), (port, (split_x, split_y))):
        view.page.mouse.move(*begin)
        view.page.mouse.down()
        view.page.mouse.move(*end, steps=4)
        view.page.mouse.up()
    view.page.mouse.click(*centre(view.node("data_load")))
    for key in ("Delete", "Backspace"):
        view.page.keyboard.press(key)
    expect(view.node_cards()).to_have_count(len(LEGEND))
    expect(view.page.locator("[data-testid^='edge-e']")).to_have_count(8)
    load, split = centre(view.node("data_load")), centre(view.node("split"))
    assert (split[0] - load[0], split[1] - load[1]) == pytest.approx((split_x - load_x, split_y - load_y), abs=1)


def test_a_server_that_is_gone_is_told(browser: Browser) -> None:
    executor = FlowExecutor("short", [ExecutionStep("only", handler=Gate())])
    context = browser.new_context(viewport=WINDOW)
    with hosted(FlowEditor(Node("only"), id="short"), executor) as host:
        view = FlowView(context.new_page(), host)
        view.open("short")
    view.button("Run").click()
    expect(view.results.get_by_role("alert")).to_contain_text("The server does not answer")
    expect(view.button("Run")).to_be_enabled()
    context.close()
