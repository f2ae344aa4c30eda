"""A real Chromium, driven by Playwright: found on the machine, or Playwright's own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, BrowserType, FloatRect, Locator, Page, ViewportSize, expect, sync_playwright

from tests.support.api import RUN_LIMIT_S

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
WINDOW: ViewportSize = {"width": 1280, "height": 800}
CONDITION_LIMIT_MS = 20_000

expect.set_options(timeout=CONDITION_LIMIT_MS)


def chromium_path() -> str | None:
    """The Chromium of this machine; None where Playwright must use its own download."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def launch(chromium: BrowserType, executable: str | None = None) -> Browser:
    """A headless browser. Root may only run it without the sandbox."""
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return chromium.launch(executable_path=executable or chromium_path(), headless=True, args=[*QUIET, *sandbox])


@contextmanager
def real_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        try:
            yield browser
        finally:
            browser.close()


class Wire(NamedTuple):
    """`source` and `target`: a step and its port; `latest_step`: how many steps of the chain it needs."""

    latest_step: int
    source: tuple[str, str]
    target: tuple[str, str]


IRIS_WIRES = (
    Wire(2, ("ingest", "data"), ("split", "data")),
    Wire(3, ("split", "train"), ("train", "train")),
    Wire(4, ("train", "model"), ("evaluate", "model")),
    Wire(4, ("split", "test"), ("evaluate", "test")),
)


class Editor:
    """The editor as hands and eyes know it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)

    @property
    def canvas(self) -> Locator:
        return self.page.get_by_role("region", name="Pipeline canvas")

    @property
    def palette(self) -> Locator:
        return self.page.get_by_role("region", name="Step palette")

    @property
    def properties(self) -> Locator:
        return self.page.get_by_role("region", name="Properties")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def palette_item(self, title: str) -> Locator:
        return self.palette.get_by_text(title, exact=True)

    def steps(self) -> Locator:
        return self.page.locator("[data-testid^='step-']")

    def step(self, step_id: str) -> Locator:
        return self.page.get_by_test_id(f"step-{step_id}")

    def port(self, step_id: str, direction: str, port: str) -> Locator:
        return self.page.get_by_test_id(f"port-{step_id}-{direction}-{port}")

    def edges(self) -> Locator:
        return self.canvas.locator(".react-flow__edge")

    def drag_from_palette(self, title: str, x: int, y: int) -> None:
        """Drag the palette's entry `title` onto the canvas, (x, y) pixels from its top-left corner."""
        self.palette_item(title).drag_to(self.canvas, target_position={"x": x, "y": y})

    def connect(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Drag a wire with the mouse from an output port to an input port."""
        self._drag(self.port(source[0], "out", source[1]), self.port(target[0], "in", target[1]))

    def _drag(self, start: Locator, end: Locator) -> None:
        a, b = still_box(start), still_box(end)
        mouse = self.page.mouse
        mouse.move(a["x"] + a["width"] / 2, a["y"] + a["height"] / 2)
        mouse.down()
        mouse.move(b["x"] + b["width"] / 2, b["y"] - 12, steps=8)
        mouse.move(b["x"] + b["width"] / 2, b["y"] + b["height"] / 2, steps=4)
        mouse.up()

    @property
    def origin(self) -> str:
        return str(self.page.evaluate("location.origin"))

    def new_pipeline(self) -> None:
        """An empty canvas."""
        self.button("New pipeline").click()
        expect(self.steps()).to_have_count(0)

    def draw_iris(self, length: int = 4) -> None:
        """The first `length` steps of ingest -> split -> train -> evaluate, drawn with the mouse on an empty canvas."""
        self.new_pipeline()
        for number, title in enumerate(("Ingest", "Split", "Train", "Evaluate")[:length]):
            self.drag_from_palette(title, 160, 40 + 110 * number)
            expect(self.steps()).to_have_count(number + 1)
        self.button("Fit to view").click()
        wires = [wire for wire in IRIS_WIRES if wire.latest_step <= length]
        for wire in wires:
            self.connect(wire.source, wire.target)
        expect(self.edges()).to_have_count(len(wires))

    def set_field(self, step_id: str, field: str, value: str) -> None:
        """Type `value` into a field of a step's form."""
        self.step(step_id).click()
        box = self.properties.get_by_label(field, exact=True)
        box.fill(value)
        box.blur()

    def rename(self, name: str) -> None:
        self.page.get_by_role("textbox", name="Pipeline name").fill(name)
        self.page.keyboard.press("Enter")

    def save(self) -> dict[str, Any]:
        """Press Save; what the server answered."""
        with self.page.expect_response(lambda answer: "/api/pipelines" in answer.url and answer.ok) as saved:
            self.button("Save").click()
        answer: dict[str, Any] = saved.value.json()
        return answer

    def load(self, name: str) -> None:
        """Open the saved pipeline `name`."""
        self.button("Load").click()
        self.page.get_by_role("dialog").get_by_text(name, exact=True).click()

    def open_tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name).click()

    def wait_for_status(self, step_id: str, status: str, limit_s: float = RUN_LIMIT_S) -> None:
        expect(self.step(step_id)).to_have_attribute("data-status", status, timeout=limit_s * 1000)


def still_box(place: Locator) -> FloatRect:
    """Where it is once it has stopped moving: after a change of the view the canvas moves for a while."""
    place.hover(trial=True)  # waits until it stays where it is for two frames
    box = place.bounding_box()
    assert box is not None
    return box


def screenshot(page: Page, folder: Path, name: str) -> None:
    """A picture for whoever looks into a failed test."""
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")
