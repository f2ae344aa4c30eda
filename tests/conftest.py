"""One server, one browser, one finished iris run for all of it; every test has a browser profile of its own."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Route
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.support.browser import WINDOW, Editor, real_browser
from tests.support.observing import ObservedRun, observe
from tests.support.server import ServerProcess

IRIS_RUN = "iris run"
MODULES_OF_THE_IRIS_RUN = (
    "tests/acceptance/test_plan.py",
    "tests/browser/test_accessibility.py",
    "tests/browser/test_main_journey.py",
    "tests/integration/test_exports.py",
    "tests/integration/test_templates.py",
)
"""They look at the same finished run, which one worker makes once."""
LONGEST_OF_ALL = "tests/browser/test_training_pipeline.py"
"""One test: the worker that gets it is given the next module at once, so it comes after those of the iris run."""


class Scheduler(LoadScopeScheduling):
    """A module belongs to one worker; those of the iris run belong to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return IRIS_RUN if module in MODULES_OF_THE_IRIS_RUN else module


def pytest_configure() -> None:
    """A shell that starts this in the background ignores what Ctrl+C sends, and so would every program under test."""
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
    module = item.nodeid.partition("::")[0]
    if module in MODULES_OF_THE_IRIS_RUN:
        return 1
    if module == LONGEST_OF_ALL:
        return 2
    return 3 if item.get_closest_marker("browser") is not None else 0


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path_factory.mktemp("octopus") / "data").up()
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
def observed_run(server: ServerProcess, client: httpx.Client, iris: dict[str, Any]) -> ObservedRun:
    """An iris run that succeeded, watched from every side while it went on."""
    observed = observe(server, client, iris)
    assert observed.view["status"] == "succeeded", observed.view
    return observed


@pytest.fixture(scope="session")
def finished_run(observed_run: ObservedRun) -> dict[str, Any]:
    """The view of an iris run that succeeded."""
    return observed_run.view


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
