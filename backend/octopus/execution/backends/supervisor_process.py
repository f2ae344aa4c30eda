"""SupervisorProcess: a supervisor that this server has started. It is not this server's to end: whoever forgets the
object leaves the process as it is."""

import os
import subprocess
import sys
from collections.abc import Mapping

from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.supervisor.claim import HAS_BEGUN, IS_LIVE

REFUSALS = (HAS_BEGUN, IS_LIVE)


class SupervisorProcess:
    """Make it with `start`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._code: int | None = None

    @classmethod
    def start(cls, directory: AttemptDirectory, env: Mapping[str, str]) -> "SupervisorProcess":
        """In a session of its own: no terminal's Ctrl+C reaches it. `env`: the step's whole environment, which is
        handed on this way so that it stands on no disk."""
        with directory.supervisor_log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "octopus.execution.supervisor", str(directory.path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=env,
                cwd="/",
                start_new_session=True,
            )
        process.returncode = 0  # Popen would complain about a process that goes on when nobody waits for it
        return cls(process.pid)

    def code(self) -> int | None:
        """Its exit code, None while it lives. Leaves no zombie once it has answered one."""
        if self._code is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                self._code = -1
            else:
                self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    @property
    def was_refused(self) -> bool:
        """Another supervisor has this attempt."""
        return self._code in REFUSALS
