"""Every polite way of being told to stop is Ctrl+C: a server of the command's own must not be left behind."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_POLITE = (signal.SIGTERM, signal.SIGHUP)
"""What `kill`, a supervisor of services or a closed terminal sends."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, these signals raise KeyboardInterrupt. Only the main thread may say what signals do: elsewhere nothing
    changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.default_int_handler) for number in _POLITE}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
