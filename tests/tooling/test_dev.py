"""`make dev`: both servers, and a changed file reaches both."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest

from scripts.dev import sources
from scripts.paths import PACKAGE, ROOT
from tests.support.server import free_port

LIMIT_S = 60.0


def test_a_changed_an_added_and_a_removed_file_are_seen_and_the_built_editor_is_not(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("1")
    before = sources(tmp_path)
    (tmp_path / "notes.txt").write_text("not a source")
    assert sources(tmp_path) == before
    os.utime(module, ns=(1, 1))
    changed = sources(tmp_path)
    (tmp_path / "other.py").write_text("2")
    added = sources(tmp_path)
    module.unlink()
    assert len({str(sorted(state.items())) for state in (before, changed, added, sources(tmp_path))}) == 4


class Development:
    def __init__(self, folder: Path) -> None:
        self.port, self.editor_port = free_port(), free_port()
        self.output = folder / "output.txt"
        env = {
            **os.environ,
            "OCTOPUS_PORT": str(self.port),
            "OCTOPUS_EDITOR_PORT": str(self.editor_port),
            "OCTOPUS_DATA_DIR": str(folder / "data"),
        }
        with self.output.open("wb") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "scripts.dev"], cwd=ROOT, env=env, stdout=stream, stderr=stream
            )

    def get(self, path: str) -> httpx.Response | None:
        """What the editor's address answers; None while it does not."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.editor_port}{path}", timeout=10)
        except httpx.TransportError:
            return None

    def until_ok(self, path: str) -> httpx.Response:
        deadline = time.monotonic() + LIMIT_S
        while time.monotonic() < deadline and self.process.poll() is None:
            answer = self.get(path)
            if answer is not None and answer.status_code == 200:
                return answer
            time.sleep(0.1)
        raise AssertionError(self.output.read_text())

    def server_pid(self) -> int | None:
        """None while there is none, or one that has just ended."""
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):
                if "serve" in child.cmdline():
                    return child.pid
        return None


@pytest.fixture(scope="module")
def development(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Development]:
    started = Development(tmp_path_factory.mktemp("development"))
    try:
        yield started
    finally:
        children = psutil.Process(started.process.pid).children(recursive=True)
        started.process.terminate()
        started.process.wait(30)
        _, alive = psutil.wait_procs(children, timeout=30)
        assert [child.name() for child in alive] == []


def test_the_editor_and_through_it_the_server_answer_without_logging_in(development: Development) -> None:
    assert "<title>" in development.until_ok("/").text
    assert development.until_ok("/api/step-types").json()["items"]


def test_the_server_starts_anew_when_a_source_changes(development: Development) -> None:
    development.until_ok("/api/health")
    first = development.server_pid()
    source = PACKAGE / "__init__.py"
    changed = source.stat().st_mtime_ns
    try:
        os.utime(source)
        deadline = time.monotonic() + LIMIT_S
        while development.server_pid() in (None, first) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert development.server_pid() not in (None, first)
        development.until_ok("/api/health")
    finally:
        os.utime(source, ns=(changed, changed))
