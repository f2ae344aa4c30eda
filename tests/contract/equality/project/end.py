"""`python end.py HOW`: ends in that way, with a few things that only a proper end would do."""

import atexit
import os
import resource
import signal
import sys
import threading
from pathlib import Path

import careful

OUT = Path(os.environ["OCTOPUS_OUTPUTS"])


def by_text() -> None:
    sys.exit("no such column: 'age'")


def by_error() -> None:
    try:
        careful.checked("")
    except KeyError:
        sys.stdout.write("unfinished line")
        careful.checked("a")


def at_once() -> None:
    threading.Thread(target=threading.Event().wait).start()
    os._exit(5)


def by_memory() -> None:
    """More than there may be: what the process has, and a little."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + 64 * 1024**2
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    held = []
    while True:
        held.append(bytearray(16 * 1024**2))


def by_segfault() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.kill(os.getpid(), signal.SIGSEGV)


WAYS = {
    "text": by_text,
    "error": by_error,
    "at_once": at_once,
    "memory": by_memory,
    "segfault": by_segfault,
    "terminated": lambda: os.kill(os.getpid(), signal.SIGTERM),
    "killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
}

atexit.register(print, "tidied up")
unflushed = open(OUT / "unflushed.txt", "w")  # noqa: SIM115 - left to the end of the process
unflushed.write("written at the end")
print("now", sys.argv[1])
WAYS[sys.argv[1]]()
