"""The claim on an attempt: at most one supervisor ever starts its step. The lock says that one lives, the marker that
one has begun."""

import fcntl
import os
import time

from octopus.execution import attempt_files

IS_LIVE = 99
"""Exit code: another supervisor lives."""
HAS_BEGUN = 98
"""Exit code: another supervisor has begun this attempt, or even ended it."""

_PATIENCE_S = 0.25
"""Whoever only looks whether the lock is held holds it for a moment."""
_PAUSE_S = 0.005


class Refused(Exception):
    """`code`: what to end with."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def claim(directory: str) -> int:
    """The lock, to be held until the process ends. Raises Refused."""
    lock = os.open(os.path.join(directory, attempt_files.LOCK), os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + _PATIENCE_S
    while not _is_taken_by_us(lock):
        if time.monotonic() >= deadline:
            raise Refused(IS_LIVE, f"another supervisor looks after {directory}")
        time.sleep(_PAUSE_S)
    for name in (attempt_files.STARTED, attempt_files.EXIT):
        if os.path.exists(os.path.join(directory, name)):
            raise Refused(HAS_BEGUN, f"another supervisor has begun {directory}")
    return lock


def mark_started(directory: str) -> None:
    """From here on nobody starts this attempt again, whatever happens to this process or to the machine."""
    file = os.open(os.path.join(directory, attempt_files.STARTED), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.fsync(file)
    os.close(file)
    folder = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(folder)
    os.close(folder)


def _is_taken_by_us(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
