"""Faults: what is done to a running octopus. Each finds its victims by the data directory, never by name alone."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import psutil

from octopus.execution.attempt_files import ATTEMPT_VARIABLE
from tests.support.server import ServerProcess

SUPERVISOR = "octopus.execution.supervisor"


def supervisors(data_dir: Path) -> list[int]:
    """Ids of the live supervisors of attempts in this data directory."""
    return [process.pid for process, words in _processes() if SUPERVISOR in words and _is_below(words, data_dir)]


def step_processes(data_dir: Path) -> list[int]:
    """Ids of the live processes of attempts in this data directory, their supervisors not included."""
    found = []
    for process, words in _processes():
        with suppress(psutil.Error, OSError):
            mark = process.environ().get(ATTEMPT_VARIABLE, "")
            if mark.startswith(f"{data_dir}/") and SUPERVISOR not in words:
                found.append(process.pid)
    return found


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


def _processes() -> list[tuple[psutil.Process, list[str]]]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            found.append((process, process.cmdline()))
    return found


def _is_below(words: list[str], data_dir: Path) -> bool:
    return any(word.startswith(f"{data_dir}/") for word in words)
