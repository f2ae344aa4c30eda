"""Leaves everything for the very end of the process."""

import atexit
import gc
import logging
import logging.handlers
import os
import signal
import sys
import tempfile
import threading
import warnings
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

OUT = Path(os.environ["OCTOPUS_OUTPUTS"])


def leave_a_mark(name: str, folder=str(OUT), opened=os.open, closed=os.close, flags=os.O_CREAT | os.O_WRONLY) -> None:
    """Needs nothing that may be gone by then. In which order objects are deleted nobody promises."""
    closed(opened(f"{folder}/{name}", flags))


class Goodbye:
    def __init__(self, text: str) -> None:
        self.text = text

    def __del__(self, leave_a_mark=leave_a_mark) -> None:
        leave_a_mark(f"deleted: {self.text}")


class Ring:
    """Refers to itself: only the collector finds it."""

    def __init__(self) -> None:
        self.ring = self
        self.goodbye = Goodbye("what a ring holds")


def tidying(leave_a_mark=leave_a_mark) -> object:
    try:
        yield 1
    finally:
        leave_a_mark("tidied up: a generator")


def after_main() -> None:
    threading.main_thread().join()
    print("a thread goes on after the program has ended", flush=True)
    atexit.register(print, "registered by a thread", flush=True)


def fail_in_thread() -> None:
    raise ValueError("a thread fails")


def on_signal(number: int, frame: object) -> None:
    print("heard", signal.Signals(number).name, flush=True)


signal.signal(signal.SIGTERM, on_signal)
signal.signal(signal.SIGCHLD, on_signal)
os.kill(os.getpid(), signal.SIGTERM)

_private = Goodbye("a private name")
public = Goodbye("a public name")
held = [Goodbye("something in a list")]
cut_off = Ring()
del cut_off
generator = tidying()
next(generator)

unflushed = open(OUT / "unflushed.txt", "w")  # noqa: SIM115 - left to the end of the process
unflushed.write("written at the end")
folder = tempfile.TemporaryDirectory(prefix="equality")
weakref.finalize(held[0], print, "a finalizer runs", flush=True)
atexit.register(print, "registered first", flush=True)
atexit.register(lambda: 1 / 0)
atexit.register(print, "registered last", flush=True)
atexit.register(lambda: print("modules are still there:", logging.__name__, gc.isenabled(), flush=True))

logging.basicConfig(level=logging.INFO, format="%(message)s")
memory = logging.handlers.MemoryHandler(100, target=logging.StreamHandler())
memory.target.setFormatter(logging.Formatter("remembered: %(message)s"))
logging.getLogger().addHandler(memory)
logging.getLogger().removeHandler(logging.getLogger().handlers[0])
logging.info("flushed by logging.shutdown")

threading.Thread(target=after_main).start()
threading.Thread(target=threading.Event().wait, daemon=True).start()
failing = threading.Thread(target=fail_in_thread, name="failing")
failing.start()
failing.join()
pool = ThreadPoolExecutor(1)
pool.submit(print, "a pool that nobody shuts down", flush=True).result()
warnings.warn("the last of the warnings", stacklevel=1)
sys.exit(None)
