"""What only the Linux kernel can tell or do: process facts from /proc, and two requests that Python has no words for.
Nothing in here is kept; every call asks anew."""

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PARENT, _GROUP, _SESSION, _START = 1, 2, 3, 19
"""Places in /proc/<pid>/stat after the name, counted from the state (man 5 proc: fields 4, 5, 6, 22)."""

NOT_TO_BE_SEEN = (FileNotFoundError, ProcessLookupError, PermissionError)
"""What reading about a process raises that is gone, or somebody else's. Any other error does not mean that."""


def boot_id() -> str:
    """Another one after every start of the machine."""
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return file.read().strip()


def start_time(pid: int) -> int | None:
    """In clock ticks since boot; together with `pid` it names one process for ever. None: there is no such process."""
    fields = _stat(str(pid))
    return int(fields[_START]) if fields else None


def is_alive(pid: int) -> bool:
    """Whether there is such a process that has not ended yet; one that has, and that nobody has buried, is not."""
    fields = _stat(str(pid))
    return bool(fields) and fields[0] not in (b"Z", b"X")


def parents() -> dict[int, int]:
    """The parent of every process on this machine."""
    return {pid: facts[0] for pid, facts in _all_stats().items()}


def session_members(session: int) -> set[int]:
    """The processes in a session."""
    return {pid for pid, facts in _all_stats().items() if facts[1] == session}


def group_members(group: int) -> set[int]:
    """The processes in a process group."""
    return {pid for pid, facts in _all_stats().items() if facts[2] == group}


def die_with_parent() -> None:
    """SIGKILL for the calling process as soon as its parent ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def adopt_orphans() -> None:
    """Whoever is left behind among the descendants becomes a child of the calling process. So without a child there is
    no descendant either."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"prctl({option}): {os.strerror(error)}")


def _all_stats() -> dict[int, tuple[int, int, int]]:
    """(parent, session, group) of every process."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (fields := _stat(name)):
            found[int(name)] = (int(fields[_PARENT]), int(fields[_SESSION]), int(fields[_GROUP]))
    return found


def _stat(pid: str) -> list[bytes]:
    """The fields after the name, which may contain anything; empty if there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            line = file.read()
    except NOT_TO_BE_SEEN:
        return []
    return line[line.rindex(b")") + 2 :].split()
