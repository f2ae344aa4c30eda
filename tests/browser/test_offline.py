"""Once installed, octopus needs no network: the main journey in a network namespace that has nothing but loopback."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import WINDOW, Editor, chromium_path, launch
from tests.support.server import ServerProcess

pytestmark = [pytest.mark.browser, pytest.mark.mlflow, pytest.mark.timeout(400)]

NO_PROXY = {"http_proxy": "", "https_proxy": "", "HTTP_PROXY": "", "HTTPS_PROXY": "", "ALL_PROXY": ""}
IS_WARM = "fetch('/api/health').then(answer => answer.json()).then(health => health.backends.warm === 'ready')"
START_LIMIT_MS = 120_000
LOOPBACK_UP = """
import fcntl, os, socket, struct, sys
s = socket.socket()
fcntl.ioctl(s, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))  # SIOCSIFFLAGS: IFF_UP | IFF_RUNNING
os.execv(sys.argv[1], sys.argv[1:])
"""


class IsolatedServer(ServerProcess):
    """`octopus serve` in a network namespace of its own."""

    @property
    def command(self) -> list[str]:
        return [*isolation(), sys.executable, "-c", LOOPBACK_UP, *super().command]

    def up(self) -> ServerProcess:
        return self.start()


def isolation() -> list[str]:
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]


def can_isolate() -> bool:
    """Whether this machine lets us make a network namespace."""
    try:
        return subprocess.run([*isolation(), "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    server = IsolatedServer(tmp_path / "data", NO_PROXY).up()
    yield server
    server.stop()


@pytest.mark.skipif(not can_isolate(), reason="this machine does not allow network namespaces (unshare --net)")
def test_the_main_journey_works_with_all_outside_network_blocked(
    server: ServerProcess, browser: Browser, tmp_path: Path
) -> None:
    browser_inside = tmp_path / "browser"
    user = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
    enter = " ".join(["nsenter", "--target", str(server.pid), "--net", *user])
    executable = chromium_path() or browser.browser_type.executable_path
    browser_inside.write_text(f'#!/bin/sh\nexec {enter} "{executable}" "$@"\n')
    browser_inside.chmod(0o700)
    with launch(browser.browser_type, str(browser_inside)) as isolated:
        editor = Editor(isolated.new_context(viewport=WINDOW).new_page())
        wait_until_it_answers(editor, server)
        routes = Path(f"/proc/{server.pid}/net/route").read_text().splitlines()
        assert len(routes) == 1, "the server has a way out"
        editor.page.wait_for_function(IS_WARM, timeout=START_LIMIT_MS)
        editor.draw_iris(2)
        editor.button("Run Pipeline").click()
        for step_id in ("ingest", "split"):
            editor.wait_for_status(step_id, "succeeded")
        expect(editor.button("Run Pipeline")).to_be_enabled()
        assert not editor.errors


def wait_until_it_answers(editor: Editor, server: ServerProcess) -> None:
    """Open the editor; only the browser is inside the namespace, so only it can tell when the server is up."""
    for _ in range(100):
        try:
            editor.page.goto(server.launch_url)
        except Exception as refused:
            if "ERR_CONNECTION_REFUSED" not in str(refused):
                raise
            editor.page.wait_for_timeout(100)
        else:
            editor.errors.clear()
            return
    raise AssertionError(server.output.read_text())
