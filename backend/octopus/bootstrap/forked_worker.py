"""The tracking worker as a fork of the warm backend, which has MLflow imported already."""

from collections.abc import Mapping
from pathlib import Path

from octopus.execution.backends.fork_server import ForkServer, NotForked
from octopus.tracking.worker_process import Spawn, WorkerLife, own_process


def forked_or_own(fork_server: ForkServer) -> Spawn:
    """Where it cannot be forked, it is a Python of its own."""

    async def spawn(module: str, environment: Mapping[str, str], cwd: Path, files: tuple[int, int, int]) -> WorkerLife:
        await fork_server.knows_tracking()
        try:
            return await fork_server.fork_module(module, environment, cwd, files)
        except NotForked:
            return await own_process(module, environment, cwd, files)

    return spawn
