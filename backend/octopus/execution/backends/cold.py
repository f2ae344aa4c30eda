"""ColdBackend: an attempt as a plain `mlflow run` subprocess, the reference that every other backend is measured by.
Under a supervisor, which outlives the server; no shell is involved in starting it."""

import asyncio
import errno
import os
from collections.abc import Callable
from pathlib import Path

from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.attempt_files import ATTEMPT_VARIABLE
from octopus.execution.backends.exit_trap import set_trap
from octopus.execution.backends.process_tree import kill_left_behind, marked_processes
from octopus.execution.backends.protocol import AttemptSpec
from octopus.execution.backends.standing import has_begun, is_of_this_boot, is_supervised
from octopus.execution.backends.supervised import SupervisedAttempt, Supervisor
from octopus.execution.backends.supervisor_process import SupervisorProcess
from octopus.execution.backends.watch import Watch

_START_LIMIT_S = 60.0
_PAUSE_S = 0.02


class ColdBackend:
    """`bin_dir`: where the `mlflow` executable is. `watch`: None: one of its own."""

    name = "cold"

    def __init__(self, bin_dir: Path, watch: Watch | None = None) -> None:
        self._bin_dir = bin_dir
        self._watch = watch or Watch()

    async def start(self, spec: AttemptSpec, log_grew: Callable[[], None]) -> SupervisedAttempt:
        directory = self.write_orders(spec, self.name)
        env = set_trap(directory, {**spec.env, ATTEMPT_VARIABLE: str(spec.directory)})
        return self.follow(directory, log_grew, SupervisorProcess.start(directory, env))

    def write_orders(self, spec: AttemptSpec, backend: str) -> AttemptDirectory:
        """What the supervisor is to do, as the attempt's spec. Raises OSError if there is no such program."""
        directory = AttemptDirectory(spec.directory)
        executable = self._executable(spec.argv[0])
        directory.write_spec(
            {
                **directory.read_spec(),
                "backend": backend,
                "backend_reason": spec.backend_reason,
                "argv": list(spec.argv),
                "command": [str(executable), *spec.argv[1:]],
                "cwd": str(spec.cwd),
                "timeout_s": spec.timeout_s,
                "grace_s": spec.grace_s,
                "log_cap_bytes": spec.log_cap_bytes,
            }
        )
        return directory

    async def reattach(self, directory: Path, log_grew: Callable[[], None]) -> SupervisedAttempt | None:
        known = AttemptDirectory(directory)
        if not await _has_begun(known):
            return None
        if not is_of_this_boot(known) and not known.exit.exists():
            await kill_left_behind(known)
        return self.follow(known, log_grew, None)

    def follow(
        self, directory: AttemptDirectory, log_grew: Callable[[], None], process: Supervisor | None
    ) -> SupervisedAttempt:
        """The attempt in `directory`. `process`: its supervisor, None if an earlier server started that."""
        attempt = SupervisedAttempt(directory, log_grew, process)
        self._watch.add(attempt, str(directory.path))
        return attempt

    def _executable(self, name: str) -> Path:
        path = self._bin_dir / name
        if not path.is_file():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        if not os.access(path, os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return path


async def _has_begun(directory: AttemptDirectory) -> bool:
    """Waits for a supervisor that was started by a server which then died: it may not have come to its lock yet."""
    deadline = asyncio.get_running_loop().time() + _START_LIMIT_S
    while not has_begun(directory):
        is_starting = is_supervised(directory) or bool(await asyncio.to_thread(marked_processes, directory.path))
        if not is_starting and not has_begun(directory):
            return False
        if asyncio.get_running_loop().time() >= deadline:
            await kill_left_behind(directory)
        await asyncio.sleep(_PAUSE_S)
    return True
