"""A forked process -> the state in which a Python program begins that was started by itself."""

import os
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence

from octopus.execution.attempt_files import ATTEMPT_VARIABLE
from octopus.warm import process_image

_FIRST_FILE = 3
_NO_LIMIT = 1 << 20
_PYTHON_IGNORES = tuple(
    number for name in ("SIGPIPE", "SIGXFSZ") if (number := getattr(signal, name, None)) is not None
)


def close_inherited_files() -> None:
    """All but the standard streams, as `exec` does with what is not meant to be handed on."""
    highest = max((int(name) for name in os.listdir("/proc/self/fd")), default=_NO_LIMIT)
    os.closerange(_FIRST_FILE, highest + 1)


def reset_signals() -> None:
    """Nothing blocked, and each signal handled as at the start of a Python program."""
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        if signal.getsignal(number) not in (signal.SIG_DFL, None):
            signal.signal(number, signal.SIG_DFL)
    for number in _PYTHON_IGNORES:
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def be_called(words: Sequence[str], environment: Mapping[str, str]) -> None:
    """From now on this process has this command line and this environment, for itself and for others."""
    process_image.replace_environment(environment)
    process_image.show(words, environment, first=ATTEMPT_VARIABLE)
    sys.orig_argv = list(words)
    tempfile.tempdir = None  # it may have been looked up in another environment


def draw_other_numbers() -> None:
    """`random` does so by itself after a fork; numpy's global generator would repeat the fork server's."""
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()
