"""WarmBackend: an attempt as a genuine `mlflow run` in a process that has MLflow imported already. Whatever speaks
against that, the attempt goes the cold way and says why."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.attempt_files import ATTEMPT_VARIABLE
from octopus.execution.backends.cold import ColdBackend
from octopus.execution.backends.exit_trap import set_trap
from octopus.execution.backends.fork_server import Forked, ForkServer, NotForked
from octopus.execution.backends.protocol import AttemptSpec
from octopus.execution.backends.supervised import SupervisedAttempt
from octopus.execution.backends.supervisor_process import REFUSALS


class WarmBackend:
    """`cold` does everything that is not forked, and finds again whatever has been started."""

    name = "warm"

    def __init__(self, cold: ColdBackend, fork_server: ForkServer) -> None:
        self._cold = cold
        self._fork_server = fork_server

    async def start(self, spec: AttemptSpec, log_grew: Callable[[], None]) -> SupervisedAttempt:
        if spec.backend == "cold":
            return await self._cold.start(spec, log_grew)
        argv = warm_argv(spec.argv, AttemptDirectory(spec.directory).backend_config)
        if argv is None:
            return await self._go_cold(spec, log_grew, "the step has a Python environment of its own")
        if self._fork_server.state != "ready":
            return await self._go_cold(spec, log_grew, f"the warm backend is not ready: {self._fork_server.trouble}")
        directory, env = self._prepared(spec, argv)
        try:
            forked = await self._fork_server.fork_supervisor(spec.directory, env)
        except NotForked as error:
            return await self._go_cold(spec, log_grew, str(error))
        return self._cold.follow(directory, log_grew, ForkedSupervisor(forked, directory))

    async def reattach(self, directory: Path, log_grew: Callable[[], None]) -> SupervisedAttempt | None:
        return await self._cold.reattach(directory, log_grew)

    async def _go_cold(self, spec: AttemptSpec, log_grew: Callable[[], None], reason: str) -> SupervisedAttempt:
        return await self._cold.start(replace(spec, backend_reason=reason), log_grew)

    def _prepared(self, spec: AttemptSpec, argv: tuple[str, ...]) -> tuple[AttemptDirectory, dict[str, str]]:
        directory = self._cold.write_orders(replace(spec, argv=argv), self.name)
        config = {
            **_options(spec.argv),
            "exit_code_file": str(directory.exit_code),
            "bash_env": spec.env.get("BASH_ENV"),
        }
        directory.backend_config.write_text(json.dumps({"octopus": config}), encoding="utf-8")
        return directory, set_trap(directory, {**spec.env, ATTEMPT_VARIABLE: str(spec.directory)})


@dataclass(slots=True)
class ForkedSupervisor:
    """A supervisor that the fork server has forked, as SupervisedAttempt wants to know it."""

    forked: Forked
    directory: AttemptDirectory

    @property
    def pid(self) -> int:
        return self.forked.pid

    def code(self) -> int | None:
        """0 also for one that has recorded the end and has nothing left to do but to go."""
        code = self.forked.code()
        return 0 if code is None and self.directory.exit.exists() else code

    @property
    def was_refused(self) -> bool:
        return self.forked.code() in REFUSALS


def warm_argv(argv: tuple[str, ...], backend_config: Path) -> tuple[str, ...] | None:
    """The cold command as one for the project backend, which takes --run-id and --storage-dir from the file
    `backend_config`. None for a step that does not run in this Python environment."""
    options = _options(argv)
    if options.get("env_manager") != "local":
        return None
    kept = list(argv)
    for name in ("env_manager", "run_id", "storage_dir"):
        place = kept.index(_OPTIONS[name])
        del kept[place : place + 2]
    place = kept.index("--experiment-id")
    return (*kept[:place], "--backend", "octopus-warm", "--backend-config", str(backend_config), *kept[place:])


_OPTIONS: Mapping[str, str] = {
    "env_manager": "--env-manager",
    "run_id": "--run-id",
    "storage_dir": "--storage-dir",
}


def _options(argv: tuple[str, ...]) -> dict[str, str]:
    """The first of each, which stands before all that a step's parameters can say."""
    return {name: argv[argv.index(option) + 1] for name, option in _OPTIONS.items() if option in argv}
