"""Build: one environment under construction, and everybody who waits for it. The process that builds is supervised like
an attempt: a server that comes after a killed one finds it, and nothing is left of one that is stopped."""

import asyncio
import fcntl
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from octopus.catalog.project_files import working_copy
from octopus.execution.backends.protocol import Attempt, AttemptSpec, Backend, Exit
from octopus.execution.environments import layout
from octopus.execution.environments.wanted import Wanted
from octopus.execution.following import follow
from octopus.execution.progress import Measured, ProgressFile, Reported
from octopus.execution.reasons import failure_reason

Tell = Callable[[str], None]

BUILD_LIMIT_S = 3600.0
"""A download that has stalled is given up then."""
STOP_GRACE_S = 1.0
_LOCK_POLL_S = 0.1
_BUILDER = "octopus.execution.environments.builder"


class NotBuilt(Exception):
    """Why there is no environment, in words for a person."""


class Build:
    """`variables`: the environment variables of the process that builds. `turn`: taken while it does."""

    def __init__(self, wanted: Wanted, backend: Backend, variables: Mapping[str, str], turn: asyncio.Semaphore) -> None:
        self._wanted = wanted
        self._backend = backend
        self._variables = variables
        self._turn = turn
        self._listeners: dict[object, Tell] = {}
        self._said = f"Waiting for the Python environment ({wanted.manager})"
        self.is_given_up = False
        self.task = asyncio.create_task(self._run(), name=f"build {wanted.folder.name}")

    async def wait(self, tell: Tell) -> None:
        """`tell` hears what is going on. Raises NotBuilt. Who is cancelled waits no longer; with the last one the build
        ends, too."""
        me = object()
        self._listeners[me] = tell
        tell(self._said)
        try:
            await asyncio.shield(self.task)
        finally:
            del self._listeners[me]
            if not self._listeners and not self.task.done():
                self.give_up()

    def give_up(self) -> None:
        self.is_given_up = True
        self.task.cancel()

    async def _run(self) -> None:
        async with self._turn, _locked(self._wanted.lock):
            await self._take_up()
            if self._wanted.is_ready:
                return
            end = await self._anew()
            if not self._wanted.is_ready:
                raise NotBuilt(await asyncio.to_thread(_reason, self._wanted, end))

    async def _take_up(self) -> None:
        """What an earlier server began: it may go on; of one that was killed nothing is left running."""
        process = await self._backend.reattach(self._wanted.build.path, _nobody_reads)
        if process is not None:
            await self._follow(process)

    async def _anew(self) -> Exit:
        await asyncio.to_thread(_make_folder, self._wanted)
        directory = self._wanted.build
        spec = AttemptSpec(
            directory=directory.path,
            argv=(Path(sys.executable).name, "-P", "-m", _BUILDER, str(self._wanted.folder)),
            env={**self._variables, **self._wanted.variables, layout.EVENTS_VARIABLE: str(directory.events)},
            cwd=self._wanted.folder,
            timeout_s=BUILD_LIMIT_S,
            grace_s=STOP_GRACE_S,
        )
        return await self._follow(await self._backend.start(spec, _nobody_reads))

    async def _follow(self, process: Attempt) -> Exit:
        try:
            return await follow(process, ProgressFile(self._wanted.build.events), self._tell, None, STOP_GRACE_S)
        except asyncio.CancelledError:
            await process.cancel(STOP_GRACE_S)
            raise

    def _tell(self, said: Reported | Measured) -> None:
        if isinstance(said, Reported):
            self._said = f"Building the Python environment ({self._wanted.manager}): {said.message}"
            for tell in list(self._listeners.values()):
                tell(self._said)


def _nobody_reads() -> None:
    """The builder writes a log of its own."""


@asynccontextmanager
async def _locked(file: Path) -> AsyncIterator[None]:
    """Another server may build the same. The lock goes with the process that holds it."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _has_locked(descriptor):  # noqa: ASYNC110 - the other one is another process
            await asyncio.sleep(_LOCK_POLL_S)
        yield
    finally:
        os.close(descriptor)


def _has_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _make_folder(wanted: Wanted) -> None:
    """Nothing is left in it of a build before."""
    if wanted.folder.exists():
        shutil.rmtree(wanted.folder)
    wanted.folder.mkdir(parents=True, mode=0o700)
    place = working_copy(wanted.source, wanted.folder / layout.PROJECT)
    recipe = {
        "manager": wanted.manager,
        "kind": wanted.environment.kind,
        "file": wanted.environment.file,
        "place": str(place),
        "keeps_place": wanted.needs_project,
    }
    (wanted.folder / layout.RECIPE).write_text(json.dumps(recipe), encoding="utf-8")
    wanted.build.create({"recipe": recipe})


def _reason(wanted: Wanted, end: Exit) -> str:
    try:
        why = (wanted.folder / layout.FAILURE).read_text(encoding="utf-8").strip()
    except OSError:
        why = "it took more than an hour" if end.timed_out else failure_reason(end)
    return f"its Python environment could not be built with {wanted.manager}: {why} (the whole log: {wanted.log})"
