"""Environments: a step about to start -> the environment it needs, built by whoever comes first while all others who
want the same one wait."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from octopus.compiler.plan import PlannedStep
from octopus.domain.errors import InvalidProject
from octopus.execution.backends.protocol import Backend
from octopus.execution.environment import common_environment
from octopus.execution.environments.build import Build, NotBuilt, Tell
from octopus.execution.environments.wanted import Wanted, wanted_by
from octopus.execution.freezing import files_of
from octopus.execution.settings import ExecutionSettings

BUILDS_AT_ONCE = 2
"""They use network and disk; more at once would only take one another's."""
_CLOSE_LIMIT_S = 1.0
"""What is left then ends under its supervisor, which has been told."""


class Environments:
    """`backend`: what supervises the processes that build."""

    def __init__(self, settings: ExecutionSettings, backend: Backend) -> None:
        self._root = settings.environments_dir
        self._snapshots_dir = settings.snapshots_dir
        self._backend = backend
        self._variables = common_environment(settings)
        self._builds: dict[Path, Build] = {}
        self._turn = asyncio.Semaphore(BUILDS_AT_ONCE)

    async def ready(self, step: PlannedStep, tell: Tell) -> Mapping[str, str]:
        """For a step that has an environment to itself: returns when that is there, with the variables by which `mlflow
        run` finds it. `tell` hears meanwhile what is waited for, and an empty text at the end of that. Raises
        NotBuilt."""
        wanted = await asyncio.to_thread(self._wanted, step)
        if not await asyncio.to_thread(lambda: wanted.is_ready):
            await self._build_of(wanted, tell)
            tell("")
        await asyncio.to_thread(wanted.note_use)
        return wanted.variables

    async def close(self) -> None:
        """End what is being built; the next server begins with it anew. Builds of a server that was killed go on."""
        tasks = [build.task for build in self._builds.values()]
        for build in list(self._builds.values()):
            build.give_up()
        if tasks:
            await asyncio.wait(tasks, timeout=_CLOSE_LIMIT_S)

    def _forget(self, folder: Path, task: "asyncio.Task[None]") -> None:
        del self._builds[folder]
        if not task.cancelled():
            task.exception()  # whoever waited has it; if nobody does any more, nobody misses it

    def _wanted(self, step: PlannedStep) -> Wanted:
        if step.code.project is None:
            raise NotBuilt("its project's files cannot be read, or are too many, so that it has no environment")
        try:
            return wanted_by(step, files_of(step, self._snapshots_dir), self._root)
        except InvalidProject as error:
            raise NotBuilt(f"what its Python environment is made of cannot be read: {error.detail}") from error

    async def _build_of(self, wanted: Wanted, tell: Tell) -> None:
        while (build := self._builds.get(wanted.folder)) is not None and build.is_given_up:
            await asyncio.wait({build.task})
            await asyncio.sleep(0)
        if build is None:
            build = self._builds[wanted.folder] = Build(wanted, self._backend, self._variables, self._turn)
            build.task.add_done_callback(lambda task: self._forget(wanted.folder, task))
        try:
            await build.wait(tell)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise NotBuilt(f"its Python environment could not be built: {where}{error.strerror or error}") from error
