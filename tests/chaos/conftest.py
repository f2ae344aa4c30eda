"""A server of the chaos tests' own, with the ticking project in its palette; nothing of it is left afterwards."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.chaos.faults import step_processes, supervisors
from tests.chaos.pipelines import register_project
from tests.support.server import ServerProcess

SETTINGS = {
    "OCTOPUS_CANCEL_GRACE_S": "1",
    "OCTOPUS_STOP_STEPS": "false",
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """What a server needs most time for, its first start, is done once."""
    server = ServerProcess(tmp_path_factory.mktemp("chaos") / "data", SETTINGS).up()
    try:
        with server.client() as client:
            register_project(client)
        yield server
    finally:
        server.kill()
        _end_all(server)


@pytest.fixture
def shaky(shared: ServerProcess) -> Iterator[ServerProcess]:
    """A server that may be killed and brought up again at will, its warm backend ready. It knows the runs of the tests
    before."""
    if not shared.is_running:
        shared.up()
    yield shared.until_warm()
    _end_all(shared)


def _end_all(server: ServerProcess) -> None:
    for pid in supervisors(server.data_dir) + step_processes(server.data_dir):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
