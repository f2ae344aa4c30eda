"""The execution tutorial's own JavaScript, in a real browser, against a stream of ours: the events and their fields are
those that it reads."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, expect
from starlette.responses import HTMLResponse

from octopus.api.server import listen
from octopus.flow import EventStream
from tests.support.tutorials import PYTHON_EXECUTION, Shell, blocks, run_block

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

PAGE = """<!doctype html><link rel="icon" href="data:,"><div id="results"></div>
<script>
const told = [];
const cell = id => ({ getData: () => ({}), setData: () => {}, attr: (name, html) => told.push(id),
                      getSourceCellId: () => "load", getTargetCellId: () => "process" });
window.fastflow = { "my-pipeline": { getCellById: cell, getEdges: () => [cell("load -> process")] } };
SCRIPT
</script>"""


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    with listen("127.0.0.1", 0) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)


def program(*headings: str) -> tuple[Shell, dict[str, Any]]:
    shell = Shell()
    names = shell.names() | {"EventStream": EventStream}
    for heading in headings:
        run_block(blocks(PYTHON_EXECUTION, heading)[0], names)
    for step in names["executor"].steps:
        step.handler, step.node, step.duration = None, None, 0
    return shell, names


@pytest.mark.parametrize(
    "headings", [("Step 2", "Step 3", "Step 4", "Step 5", "Step 6"), ("Complete Code",)], ids=["steps", "complete"]
)
def test_the_tutorials_script_shows_what_we_send(headings: tuple[str, ...], browser: Browser) -> None:
    shell, names = program(*headings)
    app = FastAPI()
    app.get("/execute/pipeline", response_model=None)(shell.routes["/execute/pipeline"])
    script = names["EXECUTION_SCRIPT"].text
    app.get("/")(lambda: HTMLResponse(PAGE.replace("SCRIPT", script)))
    page = browser.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    with served(app) as url:
        page.goto(url)
        page.evaluate("runPipeline()")
        expect(page.locator("#results pre")).to_be_visible()
        lines = page.locator("#results").inner_text()
        for node in ("load", "process", "save"):
            for status in ("pending", "running", "success"):
                assert f"Node {node}: {status}" in lines
        assert "✓" in lines
        assert set(json.loads(page.locator("#results pre").inner_text())) == {"load", "process", "save"}
        assert {"load", "process", "save", "load -> process"} == set(page.evaluate("told"))
        page.close()
    assert faults == []
