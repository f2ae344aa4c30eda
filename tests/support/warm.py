"""A fork server for tests, and the backend that uses it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from octopus.execution.backends.cold import ColdBackend
from octopus.execution.backends.fork_server import ForkServer, ForkServerSettings
from octopus.execution.backends.warm import WarmBackend
from octopus.execution.backends.watch import Watch
from octopus.execution.environment import fork_server_environment
from octopus.execution.settings import ExecutionSettings


@asynccontextmanager
async def warm_backend(settings: ExecutionSettings, home: Path) -> AsyncIterator[WarmBackend]:
    """Ready to be used. `home`: an empty folder for the fork server."""
    watch = Watch()
    server = ForkServer(
        ForkServerSettings(
            environment=fork_server_environment(settings),
            home=home / "warm",
            log=home / "warm.log",
            tracking_uri=settings.tracking_uri,
        )
    )
    server.when_ended(watch.hurry)
    await server.start()
    try:
        await server.settled()
        assert server.state == "ready", (server.trouble, (home / "warm.log").read_text())
        yield WarmBackend(ColdBackend(settings.bin_dir, watch), server)
    finally:
        await server.stop()


def settings_for(folder: Path, tracking_uri: str, bin_dir: Path) -> ExecutionSettings:
    """The settings of a server whose data lie in `folder`."""
    return ExecutionSettings(
        attempts_dir=folder / "attempts",
        closings_dir=folder / "closings",
        datasets_dir=folder / "datasets",
        snapshots_dir=folder / "snapshots",
        environments_dir=folder / "environments",
        bin_dir=bin_dir,
        tracking_uri=tracking_uri,
        server_env=os.environ,
        cores=2,
        max_steps=2,
    )
