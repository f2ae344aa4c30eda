"""A fork server for tests, and the backend that uses it."""

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
    async with fork_server(settings, home) as server:
        server.when_ended(watch.hurry)
        assert server.state == "ready", (server.trouble, (home / "warm.log").read_text())
        yield WarmBackend(ColdBackend(settings.bin_dir, watch), server)


@asynccontextmanager
async def fork_server(settings: ExecutionSettings, home: Path, *modules: str) -> AsyncIterator[ForkServer]:
    """Started, for better or worse. `modules`: to be imported beforehand, too."""
    server = ForkServer(
        ForkServerSettings(
            environment=fork_server_environment(settings),
            home=home / "warm",
            log=home / "warm.log",
            tracking_uri=settings.tracking_uri,
            modules=modules,
        )
    )
    await server.start()
    try:
        await server.settled()
        yield server
    finally:
        await server.stop()
