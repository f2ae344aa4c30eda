"""Which processes belong to an attempt, wherever they have hidden. Descendants of the supervisor, which adopts those
that were left behind, and whoever carries the attempt's mark in its environment. Never names any other process."""

import os
import signal

from octopus.execution.attempt_files import ATTEMPT_VARIABLE
from octopus.execution.supervisor import kernel


def descendants(ancestor: int) -> set[int]:
    """Children, their children and so on, zombies included."""
    children: dict[int, list[int]] = {}
    for pid, parent in kernel.parents().items():
        children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    waiting = [ancestor]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def marked(directory: str) -> set[int]:
    """Live processes other than the calling one that are marked as of `directory` or of one below it."""
    mark = f"{ATTEMPT_VARIABLE}={directory}".encode("utf-8", "surrogateescape")
    found: set[int] = set()
    for name in os.listdir("/proc"):
        if name.isdigit() and _carries(name, mark):
            found.add(int(name))
    return found - {os.getpid()}


def send(pids: set[int], number: signal.Signals) -> None:
    """Parents before their children, as far as ids tell: a supervisor that is killed with its step has no time to
    record that. Those that are gone already are passed over."""
    for pid in sorted(pids):
        try:
            os.kill(pid, number)
        except (ProcessLookupError, PermissionError):
            continue


def _carries(pid: str, mark: bytes) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            environment = b"\0" + file.read()
    except kernel.NOT_TO_BE_SEEN:
        return False
    start = environment.find(b"\0" + mark)
    if start < 0:
        return False
    return environment[start + 1 + len(mark) : start + 2 + len(mark)] in (b"", b"\0", b"/")
