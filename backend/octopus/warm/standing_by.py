"""A process that was forked ahead of time and waits to be told what to do: a fork costs milliseconds, which pass while
its parent, or nobody, does something else."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from octopus.warm import channel

_CHANNEL = 3
_NOBODY_LEFT = 0
_FAILED = 1
Order = dict[str, Any]
Work = Callable[[Order, socket.socket], NoReturn]
"""What is done with an order. The socket leads to who gave it, and is to be closed."""


class StandBy:
    """Make it with `fork`. Its process ends by itself if its parent ends, or lets it go, before it was told
    anything."""

    def __init__(self, pid: int, ours: socket.socket) -> None:
        self.pid = pid
        self._channel = ours

    @classmethod
    def fork(cls, get_ready: Callable[[], Work]) -> "StandBy":
        """`get_ready` is called at once, in a process that has no open files but the standard streams and the way to
        this one. Raises OSError if there can be no further process."""
        ours, theirs = socket.socketpair()
        try:
            pid = os.fork()
        except OSError:
            ours.close()
            theirs.close()
            raise
        if pid == 0:
            _wait(theirs.detach(), get_ready)
        theirs.close()
        return cls(pid, ours)

    def tell(self, order: Order, streams: Sequence[int] = ()) -> None:
        """Once. `streams`: become its stdin, stdout and stderr. Raises ConnectionError if it has ended."""
        channel.send(self._channel, order, streams)

    def answer(self) -> Order | None:
        """What it says to the order. None: it has closed the channel, or ended, without a word."""
        return channel.receive(self._channel)[0]

    def let_go(self) -> None:
        """To be called in the end, also when it was told."""
        self._channel.close()


def _wait(theirs: int, get_ready: Callable[[], Work]) -> NoReturn:
    """In the child, which must never come back."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if theirs != _CHANNEL:
            os.dup2(theirs, _CHANNEL)
        os.closerange(_CHANNEL + 1, max(int(name) for name in os.listdir("/proc/self/fd")) + 1)
        told = socket.socket(fileno=_CHANNEL)
        work = get_ready()
        order, streams = channel.receive(told)
        if order is None:
            os._exit(_NOBODY_LEFT)
        for place, stream in enumerate(streams):
            os.dup2(stream, place)
            os.close(stream)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        work(order, told)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(_FAILED)
