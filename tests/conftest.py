"""Per worker one server, one browser, one finished iris run; every test has a browser profile of its own."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Route
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.support.api import start_run, wait_until_over
from tests.support.browser import WINDOW, Editor, real_browser
from tests.support.server import ServerProcess

EQUALITY = "tests/contract/equality"
"""Its modules share a fork server, a store and the attempts that were made there."""
LONG = (
    "tests/acceptance/test_plan.py",
    "tests/browser/test_main_journey.py",
    "tests/browser/test_accessibility.py",
    "tests/browser/test_training_pipeline.py",
    "tests/browser/test_backend_choice.py",
    "tests/browser/test_flow.py",
    "tests/browser/test_offline.py",
    "tests/browser/test_loops_and_reuse.py",
)
"""Of the modules that drive a browser, the longest first: a module belongs to one worker."""


class Scheduler(LoadScopeScheduling):
    """A module belongs to one worker; those of a folder that share something dear belong to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return EQUALITY if module.startswith(EQUALITY) else module


def pytest_configure() -> None:
    """A shell that starts this in the background ignores what Ctrl+C sends, and so would every program under test. And
    what one worker has compiled is kept, also where PYTHONDONTWRITEBYTECODE says otherwise: each of the hundreds of
    programs under test would compile all of octopus again."""
    sys.dont_write_bytecode = False
    for number, handler in ((signal.SIGINT, signal.default_int_handler), (signal.SIGQUIT, signal.SIG_DFL)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduler:
    return Scheduler(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: once Playwright's synchronous API has started, its event loop counts as running in the main
    thread until the session ends, and no asynchronous test could run there any more. Of these the long ones first,
    so that no worker waits for the other at the end."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    if item.get_closest_marker("browser") is None:
        return 0
    module = item.nodeid.partition("::")[0]
    return 1 + (LONG.index(module) if module in LONG else len(LONG))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Its warm backend is ready, as it is a few seconds after any start."""
    server = ServerProcess(tmp_path_factory.mktemp("octopus") / "data").warm()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def client(server: ServerProcess) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


@pytest.fixture(scope="session")
def iris(client: httpx.Client) -> dict[str, Any]:
    """The document of the first template."""
    document: dict[str, Any] = client.get("/api/templates").json()["items"][0]["document"]
    return document


@pytest.fixture(scope="session")
def finished_run(client: httpx.Client, iris: dict[str, Any]) -> dict[str, Any]:
    """The view of an iris run that succeeded."""
    view = wait_until_over(client, start_run(client, iris, force=True))
    assert view["status"] == "succeeded", view
    return view


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with real_browser() as browser:
        yield browser


@pytest.fixture
def editor(request: pytest.FixtureRequest, browser: Browser, server: ServerProcess, tmp_path: Path) -> Iterator[Editor]:
    """A fresh browser profile with the editor open; a script error in the page fails the test. Runs execute every step,
    whatever results other tests have left, unless the test is marked `reuse`."""
    # What moves on the screen takes a third of a core from the steps that run.
    context = browser.new_context(viewport=WINDOW, accept_downloads=True, reduced_motion="reduce")
    page = context.new_page()
    editor = Editor(page)
    if request.node.get_closest_marker("reuse") is None:
        page.route("**/api/runs", execute_every_step)
    page.goto(server.launch_url)
    editor.canvas.wait_for()
    yield editor
    context.close()
    assert not editor.errors, editor.errors


def execute_every_step(route: Route) -> None:
    """Adds `force` to a run that the editor starts."""
    if route.request.method != "POST":
        return route.continue_()
    return route.continue_(post_data={**route.request.post_data_json, "force": True})
