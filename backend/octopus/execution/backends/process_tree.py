"""Which processes belong to an attempt whose supervisor is gone, and how to end them all.

Every process of an attempt carries the attempt's directory in its environment (OCTOPUS_ATTEMPT_DIR), which a child
inherits through setsid and double forks alike; members of the dead supervisor's session are found too. Never touches a
process that none of these marks as the attempt's.
"""

import asyncio
import signal
import time
from pathlib import Path

from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.backends.standing import read_processes
from octopus.execution.supervisor import kernel, tree

_POLL_S = 0.05
_UNKILLABLE_S = 5.0
"""After SIGKILL a process is gone at once unless the kernel itself holds it; waiting longer does not help."""

send = tree.send


def marked_processes(directory: Path) -> set[int]:
    """Ids of the live processes whose attempt directory is `directory` or lies below it."""
    return tree.marked(str(directory))


async def kill_marked(directory: Path) -> None:
    """SIGKILL until no marked process is left: one may fork while another is being killed."""
    await asyncio.to_thread(_kill_all, directory, None)


async def kill_left_behind(directory: AttemptDirectory) -> None:
    """The same for the attempt in `directory`, and for whoever hides its mark but not its session."""
    await asyncio.to_thread(_kill_all, directory.path, _session_of(directory))


def _kill_all(directory: Path, session: int | None) -> None:
    deadline = time.monotonic() + _UNKILLABLE_S
    while pids := _left(directory, session):
        send(pids, signal.SIGKILL)
        if time.monotonic() >= deadline:
            return
        time.sleep(_POLL_S)


def _left(directory: Path, session: int | None) -> set[int]:
    return tree.marked(str(directory)) | (kernel.session_members(session) if session is not None else set())


def _session_of(directory: AttemptDirectory) -> int | None:
    """The session that the supervisor led; its id stays taken as long as it has a member, unless it never had any and
    another process leads one of that id now."""
    processes = read_processes(directory)
    if processes is None or processes.boot_id != kernel.boot_id():
        return None
    led_by = kernel.start_time(processes.supervisor.pid)
    return processes.supervisor.pid if led_by in (None, processes.supervisor.start_time) else None
