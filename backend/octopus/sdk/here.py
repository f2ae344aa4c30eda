"""Here: the venue that is this process: a container on a data directory, opened when it is needed.

A data directory has one user at a time. If a server uses it, that server is the venue; nothing else changes, for what
a run is stands in the directory and not in whoever drives it.
"""

import asyncio
import os
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import TypeVar

from octopus.bootstrap.container import Container, Substitutes, build_container
from octopus.bootstrap.settings import Settings, default_data_dir
from octopus.compiler.describe import PlanView
from octopus.domain.errors import OctopusError, StorageUnavailable
from octopus.domain.event import Event, LogBatch
from octopus.domain.pipeline import PipelineDocument
from octopus.domain.problem import Problem
from octopus.domain.run import RunView, StepRunView
from octopus.sdk.at_server import AtServer
from octopus.sdk.http import Http
from octopus.sdk.inside import Inside
from octopus.sdk.portal import Portal
from octopus.sdk.servers import DATA_DIR_VARIABLE, server_of
from octopus.sdk.venue import Asked, AskedRun, Attempt, Venue
from octopus.services.step_logs import StepLog

T = TypeVar("T")

IDLE_S = 5.0
"""A container that nobody has used for so long is closed: others may want the data directory."""
SERVER_START_LIMIT_S = 20.0
_POLL_S = 0.1
_VARIABLES = {
    "tracking_uri": "MLFLOW_TRACKING_URI",
    "database_url": "OCTOPUS_DATABASE_URL",
    "max_steps": "OCTOPUS_MAX_STEPS",
    "warm": "OCTOPUS_WARM",
}
"""What a server on the directory would be told the same way."""


class Here:
    """To be used on the loop of `portal`; `data_dir` absolute. The container stays open while it is used, and as long
    as a run that was started here goes on."""

    def __init__(self, data_dir: Path, substitutes: Substitutes | None = None) -> None:
        self.data_dir = data_dir
        self.portal = Portal("octopus")
        self._substitutes = substitutes or Substitutes()
        self._container: Container | None = None
        self._servers: dict[str, AtServer] = {}
        self._users = 0
        self._opening = asyncio.Lock()
        self._closing: asyncio.TimerHandle | None = None
        self._held: set[asyncio.Task[None]] = set()

    async def validate(self, document: PipelineDocument) -> tuple[Problem, ...]:
        return await self._at(lambda venue: venue.validate(document))

    async def plan(self, asked: Asked) -> PlanView:
        return await self._at(lambda venue: venue.plan(asked))

    async def start(self, asked: AskedRun, key: str | None) -> RunView:
        return await self._begun(lambda venue: venue.start(asked, key))

    async def resume(self, run_id: str) -> RunView:
        return await self._begun(lambda venue: venue.resume(run_id))

    async def cancel(self, run_id: str) -> RunView:
        return await self._begun(lambda venue: venue.cancel(run_id))

    async def view(self, run_id: str) -> RunView:
        return await self._at(lambda venue: venue.view(run_id))

    async def step_runs(self, run_id: str) -> tuple[StepRunView, ...]:
        return await self._at(lambda venue: venue.step_runs(run_id))

    async def follow(self, run_id: str, after: int) -> AsyncGenerator[Event | LogBatch, None]:
        async with self._venue() as venue, aclosing(venue.follow(run_id, after)) as items:
            async for item in items:
                yield item

    async def log(
        self, run_id: str, step_id: str, which: Attempt, *, after_line: int, limit: int, query: str
    ) -> StepLog:
        return await self._at(
            lambda venue: venue.log(run_id, step_id, which, after_line=after_line, limit=limit, query=query)
        )

    async def port_file(self, run_id: str, step_id: str, port: str, which: Attempt) -> Path:
        return await self._at(lambda venue: venue.port_file(run_id, step_id, port, which))

    async def close(self) -> None:
        """Give the data directory back. Steps that run go on and are found again by whoever uses it next."""
        for task in self._held:
            task.cancel()
        await asyncio.gather(*self._held, return_exceptions=True)
        async with self._opening:
            await self._give_back()
        for server in self._servers.values():
            await server.close()
        self._servers.clear()

    async def _at(self, ask: Callable[[Venue], Awaitable[T]]) -> T:
        async with self._venue() as venue:
            return await ask(venue)

    async def _begun(self, ask: Callable[[Venue], Awaitable[RunView]]) -> RunView:
        async with self._venue() as venue:
            view = await ask(venue)
            if isinstance(venue, Inside):
                task = asyncio.create_task(self._hold(view.id))
                self._held.add(task)
                task.add_done_callback(self._held.discard)
            return view

    async def _hold(self, run_id: str) -> None:
        async with aclosing(self.follow(run_id, 0)) as items:
            async for _ in items:
                pass

    @asynccontextmanager
    async def _venue(self) -> AsyncIterator[Venue]:
        if self._closing is not None:
            self._closing.cancel()
        self._users += 1
        try:
            async with self._opening:
                venue = await self._open()
            yield venue
        finally:
            self._users -= 1
            if not self._users:
                loop = asyncio.get_running_loop()
                self._closing = loop.call_later(IDLE_S, lambda: loop.create_task(self._close_if_idle()))

    async def _open(self) -> Venue:
        if self._container is not None:
            return Inside(self._container)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + SERVER_START_LIMIT_S
        while True:
            if (server := await self._running_server()) is not None:
                return server
            try:
                return Inside(await self._open_container())
            except StorageUnavailable as error:
                if error.code != "data_directory_in_use" or loop.time() > deadline:
                    raise _in_use(error, self.data_dir) from None
            await asyncio.sleep(_POLL_S)

    async def _running_server(self) -> AtServer | None:
        """Kept as long as this object: what was downloaded goes with it."""
        address = await asyncio.to_thread(server_of, self.data_dir)
        if address is None:
            return None
        if address.url not in self._servers:
            self._servers[address.url] = AtServer(Http(address))
        return self._servers[address.url]

    async def _open_container(self) -> Container:
        stated = {name: os.environ[variable] for name, variable in _VARIABLES.items() if os.environ.get(variable)}
        settings = Settings.model_validate({"data_dir": self.data_dir, **stated})
        container = await asyncio.to_thread(build_container, settings, self._substitutes)
        try:
            await container.start()
        except BaseException:
            await container.stop()
            raise
        self._container = container
        return container

    async def _close_if_idle(self) -> None:
        async with self._opening:
            if not self._users:
                await self._give_back()

    async def _give_back(self) -> None:
        container, self._container = self._container, None
        if container is not None:
            await container.stop()


def _in_use(error: StorageUnavailable, data_dir: Path) -> OctopusError:
    if error.code != "data_directory_in_use":
        return error
    return StorageUnavailable(
        f"The data directory {data_dir} is in use by another program that cannot be called: a server that is starting, "
        "or Python that runs a pipeline in it. Wait for it, pass another data_dir=, or start `octopus serve` and let "
        "both use that.",
        code="data_directory_in_use",
    )


_HERE: dict[Path, Here] = {}
_MAKING = threading.Lock()


def here(data_dir: str | os.PathLike[str] | None = None) -> Here:
    """Of this process there is one per data directory, because a directory admits only one. None: the directory of
    OCTOPUS_DATA_DIR, or the usual one."""
    path = Path(data_dir or os.environ.get(DATA_DIR_VARIABLE) or default_data_dir()).expanduser().absolute()
    with _MAKING:
        return _HERE.setdefault(path, Here(path))
