"""Faults: what is done to a running octopus. Each finds its victims by the data directory, never by name alone."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import psutil

from octopus.execution.backends.process_tree import marked_processes
from tests.support.server import ServerProcess

COLD_SUPERVISOR = "octopus.execution.supervisor"
WARM_SUPERVISOR = "octopus-supervisor"


def supervisors(data_dir: Path) -> list[int]:
    """Ids of the live supervisors of attempts in this data directory, cold and warm ones."""
    return [pid for pid, words in _of_attempts(data_dir) if _is_supervisor(words)]


def step_processes(data_dir: Path) -> list[int]:
    """Ids of the live processes of attempts in this data directory, their supervisors not included."""
    return [pid for pid, words in _of_attempts(data_dir) if not _is_supervisor(words)]


def kill_server(server: ServerProcess, random: Random) -> bool:
    """SIGKILL and start again."""
    server.kill()
    server.up()
    return True


def stop_server(server: ServerProcess, random: Random) -> bool:
    """SIGTERM, wait for the end, and start again: an upgrade."""
    server.terminate()
    server.wait(30)
    server.up()
    return True


def kill_supervisor(server: ServerProcess, random: Random) -> bool:
    return _kill_one(supervisors(server.data_dir), random)


def kill_step(server: ServerProcess, random: Random) -> bool:
    return _kill_one(step_processes(server.data_dir), random)


def kill_server_and_supervisor(server: ServerProcess, random: Random) -> bool:
    victims = supervisors(server.data_dir)
    server.kill()
    _kill_one(victims, random)
    server.up()
    return True


def stall_server(server: ServerProcess, random: Random) -> bool:
    """SIGSTOP for as long as it takes to find its processes, twice; steps must not be blocked by it."""
    process = psutil.Process(server.pid)
    process.suspend()
    step_processes(server.data_dir)
    supervisors(server.data_dir)
    process.resume()
    return True


FAULTS: dict[str, Callable[[ServerProcess, Random], bool]] = {
    "server killed (SIGKILL)": kill_server,
    "server stopped (SIGTERM) and started": stop_server,
    "supervisor killed": kill_supervisor,
    "step process killed": kill_step,
    "server and supervisor killed": kill_server_and_supervisor,
    "server stalled (SIGSTOP)": stall_server,
}
"""Each answers whether there was anything to do it to."""


def _kill_one(pids: list[int], random: Random) -> bool:
    if not pids:
        return False
    with suppress(ProcessLookupError):
        os.kill(random.choice(pids), signal.SIGKILL)
    return True


def _of_attempts(data_dir: Path) -> list[tuple[int, list[str]]]:
    """Ids and command lines, in the order of the ids. What stands by for a warm attempt is of none yet."""
    found = []
    for pid in sorted(marked_processes(data_dir)):
        with suppress(psutil.Error, OSError):
            found.append((pid, psutil.Process(pid).cmdline()))
    return found


def _is_supervisor(words: list[str]) -> bool:
    return words[:1] == [WARM_SUPERVISOR] or COLD_SUPERVISOR in words
