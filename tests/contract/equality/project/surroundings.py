"""What a program finds around itself, as values that JSON can hold. Everything here is the same in any two fresh
processes that are started in the same way; `drawn` is what must differ in any two."""

# ruff: noqa: PTH109, PTH115, PTH208 - as near to the system as possible
import asyncio
import builtins
import contextvars
import ctypes
import decimal
import faulthandler
import fcntl
import gc
import inspect
import io
import locale
import logging
import multiprocessing
import multiprocessing.process
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import warnings
from pathlib import Path
from typing import Any

Json = dict[str, Any]
_SIGNALS = sum(1 << (number - 1) for number in signal.valid_signals())
"""Without those that the C library keeps for its threads."""
_PR_GET_PDEATHSIG, _PR_GET_DUMPABLE, _PR_GET_CHILD_SUBREAPER = 2, 3, 37


def everything() -> Json:
    return {
        "interpreter": interpreter(),
        "process": process(),
        "files": open_files(),
        "signals": signals(),
        "streams": [stream(one) for one in (sys.stdin, sys.stdout, sys.stderr)],
        "environment": environment(),
        "libraries": libraries(),
        "frames": len(inspect.stack(0)),
        "stdin": [sys.stdin.read(), sys.stdin.buffer.read().decode()],
    }


def main_module(names: Json, first: list[str]) -> Json:
    """`names`: the globals of the program; `first`: which there were when it began."""
    spec, loader = names["__spec__"], names["__loader__"]
    return {
        "first": first,
        "name": names["__name__"],
        "file": names["__file__"],
        "package": names["__package__"],
        "cached": names["__cached__"],
        "doc": names["__doc__"],
        "spec": None if spec is None else [spec.name, spec.origin, spec.cached, type(spec.loader).__name__],
        "loader": [type(loader).__name__, loader.name, loader.path],
        "builtins": type(names["__builtins__"]).__name__,
        "is main": sys.modules["__main__"].__dict__ is names,
        "source": inspect.getsource(sys.modules["__main__"])[:40],
    }


def interpreter() -> Json:
    return {
        "argv": sys.argv,
        "orig_argv": sys.orig_argv,
        "executable": sys.executable,
        "prefix": [sys.prefix, sys.base_prefix, sys.exec_prefix],
        "path": sys.path,
        "importers": [one.__name__ for one in sys.meta_path if isinstance(one, type)],
        "path hooks": len(sys.path_hooks),
        "flags": {
            name: getattr(sys.flags, name) for name in dir(sys.flags) if isinstance(getattr(sys.flags, name), int)
        },
        "options": [sys.warnoptions, sys._xoptions],
        "writes bytecode": [not sys.dont_write_bytecode, sys.pycache_prefix],
        "hooks": [
            sys.excepthook is sys.__excepthook__,
            sys.displayhook is sys.__displayhook__,
            sys.breakpointhook is sys.__breakpointhook__,
            sys.unraisablehook is sys.__unraisablehook__,
            threading.excepthook is threading.__excepthook__,
            sys.gettrace() is None,
            sys.getprofile() is None,
        ],
        "handled": repr(sys.exc_info()),
        "limits": [
            sys.getrecursionlimit(),
            sys.getswitchinterval(),
            threading.stack_size(),
            sys.get_int_max_str_digits(),
        ],
        "garbage": [gc.isenabled(), gc.get_threshold(), gc.get_debug()],
        "builtins": sorted(dir(builtins)),
        "encodings": [sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()],
    }


def process() -> Json:
    pid = os.getpid()
    return {
        "cwd": os.getcwd(),
        "umask": _umask(),
        "leads": {"group": os.getpgid(0) == pid, "session": os.getsid(0) == pid},
        "threads": [len(os.listdir("/proc/self/task")), threading.active_count(), threading.current_thread().name],
        "main thread": [
            threading.main_thread() is threading.current_thread(),
            threading.main_thread().native_id == pid,
        ],
        "children": _children(pid),
        "parent": Path(f"/proc/{os.getppid()}/comm").read_text().strip(),
        "nice": os.nice(0),
        "cores": sorted(os.sched_getaffinity(0)),
        "oom score": Path("/proc/self/oom_score_adj").read_text().strip(),
        "limits": {
            name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name[:7] == "RLIMIT_"
        },
        "prctl": _prctl(),
        "program": os.readlink("/proc/self/exe"),
        "title": Path("/proc/self/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:200],
        "name": Path("/proc/self/comm").read_text().strip(),
        "user": [os.getuid(), os.getgid(), os.getgroups()],
    }


def open_files() -> Json:
    """By number: what it is and how it is open."""
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{name}")
            found[name] = [target.partition(":[")[0], fcntl.fcntl(int(name), fcntl.F_GETFL)]
        except OSError:
            continue  # the one by which the folder itself was read
    both = [os.readlink(f"/proc/self/fd/{number}") for number in (1, 2)]
    return {"open": found, "stdout and stderr are apart": both[0] != both[1]}


def signals() -> Json:
    """Dispositions as Python sees them and, bit by bit, as the kernel does."""
    return {
        "python": {str(number): _disposition(number) for number in sorted(signal.valid_signals())},
        "kernel": {name: bits & _SIGNALS for name, bits in _masks()},
        "timer": signal.getitimer(signal.ITIMER_REAL),
        "wakeup": signal.set_wakeup_fd(-1),
    }


def stream(one: io.TextIOWrapper) -> Json:
    raw = one.buffer if isinstance(one.buffer, io.FileIO) else one.buffer.raw
    return {
        "name": one.name,
        "mode": one.mode,
        "file": one.fileno(),
        "encoding": [one.encoding, one.errors],
        "buffering": [one.line_buffering, one.write_through, type(one.buffer).__name__],
        "raw": [raw.name, raw.mode, raw.closefd],
        "terminal": one.isatty(),
        "is the first": one in (sys.__stdin__, sys.__stdout__, sys.__stderr__),
    }


def environment() -> Json:
    """The variables, and whether a program started from here gets the same ones."""
    inherited = subprocess.run(["env", "-0"], capture_output=True, check=True).stdout.decode().split("\0")[:-1]
    return {
        "variables": dict(os.environ),
        "a child's are the same": sorted(inherited) == sorted(f"{name}={value}" for name, value in os.environ.items()),
    }


def libraries() -> Json:
    """What the standard library keeps for the whole process."""
    import click

    return {
        "warnings": [[entry[0], entry[2].__name__, str(entry[3])] for entry in warnings.filters if _is_pythons(entry)],
        "showwarning": warnings.showwarning.__module__,
        "logging": [
            logging.root.level,
            len(logging.root.handlers),
            logging.root.manager.disable,
            logging.raiseExceptions,
        ],
        "logger class": logging.getLoggerClass().__name__,
        "faulthandler": faulthandler.is_enabled(),
        "locale": [locale.setlocale(locale.LC_ALL), locale.getpreferredencoding(False)],
        "time": [time.tzname, time.localtime(0)[:6]],
        "tempdir": [tempfile.tempdir, tempfile.gettempdir()],
        "multiprocessing": [
            multiprocessing.current_process().name,
            multiprocessing.parent_process(),
            multiprocessing.get_start_method(allow_none=True),
            multiprocessing.process.ORIGINAL_DIR,
            len(multiprocessing.active_children()),
        ],
        "asyncio": [type(asyncio.get_event_loop_policy()).__name__, asyncio.run(_answer())],
        "context": sorted(
            variable.name for variable in contextvars.copy_context() if variable.name != "decimal_context"
        ),
        "decimal": repr(decimal.getcontext()),
        "socket": socket.getdefaulttimeout(),
        "click": click.get_current_context(silent=True) is None,
    }


def drawn() -> Json:
    """What chance decides."""
    import numpy as np

    return {
        "random": random.random(),
        "random.Random": random.Random().random(),
        "numpy": float(np.random.random()),
        "numpy generator": float(np.random.default_rng().random()),
        "uuid": str(uuid.uuid4()),
        "temporary name": Path(tempfile.mkdtemp()).name,
        "authkey": bytes(multiprocessing.current_process().authkey).hex(),
    }


def _is_pythons(entry: tuple[Any, ...]) -> bool:
    """Libraries add their own filters when they are imported."""
    return entry[1] is None and entry[2].__module__ == "builtins"


async def _answer() -> int:
    return 42


def _umask() -> int:
    mask = os.umask(0o77)
    os.umask(mask)
    return mask


def _children(parent: int) -> list[str]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        if int(text.rpartition(")")[2].split()[1]) == parent:
            found.append(text)
    return found


def _prctl() -> list[int]:
    """The signal at the parent's death, whether it can be traced, whether it adopts orphans."""
    libc, number = ctypes.CDLL(None), ctypes.c_int(-1)
    libc.prctl(_PR_GET_PDEATHSIG, ctypes.byref(number), 0, 0, 0)
    adopts = ctypes.c_int(-1)
    libc.prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(adopts), 0, 0, 0)
    return [number.value, libc.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0), adopts.value]


def _masks() -> list[tuple[str, int]]:
    """Of the kernel: pending, blocked, ignored, caught."""
    lines = Path("/proc/self/status").read_text().splitlines()
    masks = [line.split() for line in lines if line.startswith(("SigPnd", "ShdPnd", "SigBlk", "SigIgn", "SigCgt"))]
    return [(name, int(bits, 16)) for name, bits in masks]


def _disposition(number: int) -> str:
    handler = signal.getsignal(number)
    return getattr(handler, "name", None) or getattr(handler, "__name__", repr(handler))
