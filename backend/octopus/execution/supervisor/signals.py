"""Signals to the supervisor -> a file that `poll` watches, so that they wake its loop up and nothing else happens
inside a handler."""

import os
import signal

_HINTS = (signal.SIGCHLD, signal.SIGUSR1)
"""Something has happened: look."""
_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""Somebody wants the supervisor itself to end."""


class Signals:
    """`told_to_stop`: the number of the signal that said so. `file`: to be watched for reading; call `heard` then."""

    def __init__(self) -> None:
        self.told_to_stop: int | None = None
        self.file, waking = os.pipe()
        os.set_blocking(self.file, False)
        os.set_blocking(waking, False)
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
        for number in _HINTS:
            signal.signal(number, lambda *_: None)
        for number in _STOPS:
            signal.signal(number, self._stop)

    def heard(self) -> None:
        os.read(self.file, 4096)

    def _stop(self, number: int, _frame: object) -> None:
        self.told_to_stop = number
