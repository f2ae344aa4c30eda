"""Where an attempt stands, told by the files in its directory alone: any server, also one that has just started, reads
the same from them. Changes nothing."""

import fcntl
import json
import os
from dataclasses import dataclass
from typing import Any, get_type_hints

from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.backends.protocol import Exit
from octopus.execution.supervisor import kernel

_EXIT_TYPES = get_type_hints(Exit)
_UNREADABLE = Exit(None, lost=True, reason="how it ended could not be read")


@dataclass(frozen=True, slots=True)
class Process:
    """`start_time`: in clock ticks since boot; with it the id names one process for ever."""

    pid: int
    start_time: int | None

    @property
    def is_alive(self) -> bool:
        return self.start_time is not None and kernel.start_time(self.pid) == self.start_time


@dataclass(frozen=True, slots=True)
class Processes:
    boot_id: str
    supervisor: Process
    child: Process


def has_begun(directory: AttemptDirectory) -> bool:
    """False: the step provably never ran."""
    return directory.started.exists()


def is_supervised(directory: AttemptDirectory) -> bool:
    """Whether a supervisor lives. The lock goes with the process that holds it, whatever ends that."""
    try:
        lock = os.open(directory.lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def read_exit(directory: AttemptDirectory) -> Exit | None:
    """None: there is no exit record. One that makes no sense is that of a lost attempt."""
    try:
        record = json.loads(directory.exit.read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        return _UNREADABLE
    if not isinstance(record, dict):
        return _UNREADABLE
    known: dict[str, Any] = {name: value for name, value in record.items() if name in _EXIT_TYPES}
    if not all(isinstance(value, _EXIT_TYPES[name]) for name, value in known.items()):
        return _UNREADABLE
    return Exit(**{"exit_code": None, **known})


def read_processes(directory: AttemptDirectory) -> Processes | None:
    """None if they were never written, or are damaged."""
    try:
        record = json.loads(directory.processes.read_bytes())
        supervisor, child = record["supervisor"], record["child"]
        return Processes(record["boot_id"], Process(**supervisor), Process(**child))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def is_of_this_boot(directory: AttemptDirectory) -> bool:
    """False: the machine has been started anew since, so that nothing of the attempt can be alive."""
    processes = read_processes(directory)
    return processes is None or processes.boot_id == kernel.boot_id()
