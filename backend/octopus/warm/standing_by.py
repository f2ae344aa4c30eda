"""A process that was forked ahead of time and waits to be told what to do: a fork costs milliseconds, which pass while
its parent, or nobody, does something else."""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from octopus.execution.backends.fork_wire import LENGTH, packed, unpacked

_READING = 3
_NOBODY_LEFT = 0
_FAILED = 1


class StandBy:
    """Make it with `fork`. Its process ends by itself if its parent ends, or lets it go, before it was told
    anything."""

    def __init__(self, pid: int, telling: int) -> None:
        self.pid = pid
        self._telling = telling

    @classmethod
    def fork(cls, work: Callable[[dict[str, Any]], NoReturn]) -> "StandBy":
        """`work` is done with the order, in a process that has no open files but the standard streams. Raises OSError
        if there can be no further process."""
        reading, telling = os.pipe()
        try:
            pid = os.fork()
        except OSError:
            os.close(reading)
            os.close(telling)
            raise
        if pid == 0:
            _wait(reading, work)
        os.close(reading)
        return cls(pid, telling)

    def tell(self, order: dict[str, Any]) -> None:
        """Once. Raises BrokenPipeError if it has ended."""
        try:
            data = packed(order)
            while data:
                data = data[os.write(self._telling, data) :]
        finally:
            self.let_go()

    def let_go(self) -> None:
        os.close(self._telling)


def _wait(reading: int, work: Callable[[dict[str, Any]], NoReturn]) -> NoReturn:
    """In the child, which must never come back."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if reading != _READING:
            os.dup2(reading, _READING)
        os.closerange(_READING + 1, max(int(name) for name in os.listdir("/proc/self/fd")) + 1)
        order = _read()
        if order is None:
            os._exit(_NOBODY_LEFT)
        os.close(_READING)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        work(order)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(_FAILED)


def _read() -> dict[str, Any] | None:
    head = _exactly(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = _exactly(length)
    return unpacked(body) if len(body) == length else None


def _exactly(size: int) -> bytes:
    data = b""
    while len(data) < size and (part := os.read(_READING, size - len(data))):
        data += part
    return data
