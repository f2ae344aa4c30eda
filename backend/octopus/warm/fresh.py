"""A forked process -> the state in which a Python program begins that was started by itself."""

import multiprocessing
import multiprocessing.process
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from types import ModuleType

from octopus.execution.attempt_files import ATTEMPT_VARIABLE
from octopus.warm import process_image

_FIRST_FILE = 3
_NO_LIMIT = 1 << 20
_KEY_BYTES = 32
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


def be_main(main: ModuleType, cwd: str) -> None:
    """`main` is the program's main module, also for the processes that multiprocessing starts, and for those that
    unpickle what these send back."""
    sys.modules["__main__"] = sys.modules["__mp_main__"] = main
    multiprocessing.process.ORIGINAL_DIR = cwd  # type: ignore[attr-defined]
    threading.main_thread()._set_native_id()  # type: ignore[attr-defined]  # it would remain the fork server's


def draw_other_numbers() -> None:
    """`random` does so by itself after a fork; numpy's global generator would repeat the fork server's, and the key by
    which processes know one another would be the same in all steps."""
    multiprocessing.current_process().authkey = os.urandom(_KEY_BYTES)
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()
