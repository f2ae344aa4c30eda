"""A server of the chaos tests' own, with the ticking project in its palette; nothing of it is left afterwards."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.chaos.faults import step_processes, supervisors
from tests.chaos.pipelines import register_project
from tests.support.server import ServerProcess


@pytest.fixture
def shaky(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that may be killed and brought up again at will."""
    server = ServerProcess(tmp_path / "data", {"OCTOPUS_CANCEL_GRACE_S": "1", "OCTOPUS_STOP_STEPS": "false"}).up()
    try:
        with server.client() as client:
            register_project(client)
        yield server
    finally:
        server.kill()
        _end_all(server)


def _end_all(server: ServerProcess) -> None:
    for pid in supervisors(server.data_dir) + step_processes(server.data_dir):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
