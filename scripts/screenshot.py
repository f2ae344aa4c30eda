"""Make docs/images/editor.png from the running product: the quality gate template after a run, one step selected.

`make screenshot` calls it. It starts a server of its own on a free port with a data directory of its own.
"""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.support.api import start_run, wait_until_over
from tests.support.browser import WINDOW, Editor, launch
from tests.support.server import ServerProcess

PICTURE = Path(__file__).parents[1] / "docs/images/editor.png"
TEMPLATE = "quality_gate"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        server = ServerProcess(Path(folder) / "data").up()
        try:
            take(server)
        finally:
            server.stop()


def take(server: ServerProcess) -> None:
    with server.client() as client:
        pipeline = client.post("/api/pipelines", json={"template": TEMPLATE}).json()
        run_id = start_run(client, pipeline["document"])
        wait_until_over(client, run_id)
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        page = browser.new_context(viewport=WINDOW, color_scheme="light").new_page()
        editor = Editor(page)
        page.goto(server.launch_url)
        page.goto(f"{server.url}/?run={run_id}")
        step = next(s["id"] for s in pipeline["document"]["steps"] if s["type"] == "evaluate")
        editor.wait_for_status(step, "succeeded")
        editor.step(step).click()
        editor.open_tab("Results")
        page.get_by_role("tabpanel").get_by_text("recall").first.wait_for()
        page.wait_for_load_state("networkidle")
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
