"""Which processes belong to an attempt, wherever they have hidden, and how to end them all.

Every process of an attempt carries the attempt's directory in its environment (OCTOPUS_ATTEMPT_DIR), which a child
inherits through setsid and double forks alike; children of the launcher and members of its session are found too.
Never touches a process that none of these marks as the attempt's.
"""

import asyncio
import os
import signal
from pathlib import Path

import psutil

ATTEMPT_VARIABLE = "OCTOPUS_ATTEMPT_DIR"

_POLL_S = 0.05
_UNKILLABLE_S = 5.0
"""After SIGKILL a process is gone at once unless the kernel itself holds it; waiting longer does not help."""


def marked_processes(directory: Path) -> set[int]:
    """Ids of the live processes whose attempt directory is `directory` or lies below it."""
    wanted = str(directory)
    found: set[int] = set()
    for process in psutil.process_iter():
        try:
            mark = process.environ().get(ATTEMPT_VARIABLE)
        except (psutil.Error, OSError):
            continue
        if mark is not None and (mark == wanted or mark.startswith(wanted + "/")):
            found.add(process.pid)
    return found - {os.getpid()}


def family(launcher: int) -> set[int]:
    """Ids of the launcher, its descendants and the members of its session. Only while the launcher has not been waited
    for: its id may belong to another process afterwards."""
    found = {launcher}
    try:
        found |= {child.pid for child in psutil.Process(launcher).children(recursive=True)}
    except psutil.Error:
        return found
    return found | {pid for pid in psutil.pids() if _session(pid) == launcher}


def send(pids: set[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue


async def wait_until_gone(directory: Path, seconds: float) -> bool:
    """Whether every marked process ended by itself within `seconds`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while await asyncio.to_thread(marked_processes, directory):
        if asyncio.get_running_loop().time() >= deadline:
            return False
        await asyncio.sleep(_POLL_S)
    return True


async def kill_marked(directory: Path) -> None:
    """SIGKILL until no marked process is left: one may fork while another is being killed."""
    deadline = asyncio.get_running_loop().time() + _UNKILLABLE_S
    while pids := await asyncio.to_thread(marked_processes, directory):
        send(pids, signal.SIGKILL)
        if asyncio.get_running_loop().time() >= deadline:
            return
        await asyncio.sleep(_POLL_S)


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except OSError:
        return None
