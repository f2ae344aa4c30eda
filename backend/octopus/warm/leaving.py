"""The end of a forked process as Python itself would end it: waits for threads, runs what was registered with atexit,
closes what the program left open, flushes; then leaves without taking apart what belongs to the fork server."""

import atexit
import gc
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable
from itertools import islice
from types import ModuleType
from typing import NoReturn

_FLUSH_FAILED = 120
"""Python's own exit code for that."""


def leave_after(program: Callable[[], object], earlier_modules: int) -> NoReturn:
    """Run `program` and end this process as its exception, or its end, says. `earlier_modules`: how many
    were imported before it and are not the program's. (Looking at each of them would copy the pages that they lie
    in.)"""
    code = 0
    interrupted = False
    try:
        program()
    except SystemExit as exit_request:
        code = _asked_for(exit_request)
    except KeyboardInterrupt:
        interrupted, code = True, 128 + signal.SIGINT
        _complain()
    except BaseException:
        code = 1
        _complain()
    leave(code, earlier_modules, interrupted=interrupted)


def leave(code: int, earlier_modules: int, *, interrupted: bool = False) -> NoReturn:
    """End this process with `code`; or, after an interrupt that nobody caught, by SIGINT, as Python does."""
    _unraisable(threading._shutdown)  # type: ignore[attr-defined]
    _unraisable(atexit._run_exitfuncs)
    flushed = _flush()
    _unraisable(lambda: _let_go(earlier_modules))
    flushed = _flush() and flushed
    if interrupted:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    os._exit(code & 0xFF if flushed or code else _FLUSH_FAILED)


def _asked_for(request: SystemExit) -> int:
    if request.code is None:
        return 0
    if isinstance(request.code, int):
        return request.code
    _unraisable(lambda: print(request.code, file=sys.stderr))
    return 1


def _complain() -> None:
    kind, error, trace = sys.exc_info()
    if kind is not None and error is not None:
        foreign = __file__
        while trace is not None and trace.tb_frame.f_code.co_filename in (foreign, *_OURS):
            trace = trace.tb_next
        _unraisable(lambda: sys.excepthook(kind, error.with_traceback(trace), trace))


_OURS: set[str] = set()
"""Files whose frames no traceback of a step shows."""


def hide_frames_of(file: str) -> None:
    _OURS.add(file)


def _let_go(earlier_modules: int) -> None:
    """What the program's modules still hold is let go, so that its files are written and its objects deleted. Nobody is
    warned of that: an interpreter that has imported MLflow says nothing either."""
    warnings.simplefilter("ignore")
    main = sys.modules.get("__main__")
    own = [sys.modules[name] for name in islice(reversed(sys.modules), max(0, len(sys.modules) - earlier_modules))]
    for module in [main, *(module for module in own if module is not main)]:
        if isinstance(module, ModuleType):
            _clear(module)
    gc.collect()


def _clear(module: ModuleType) -> None:
    """In the order of the interpreter: names that begin with one underscore first, then the others."""
    names = vars(module)
    private = [name for name in names if name[:1] == "_" and name[:2] != "__"]
    for name in (*private, *(name for name in list(names) if name != "__builtins__")):
        names[name] = None


def _flush() -> bool:
    well = True
    for stream in (sys.stdout, sys.stderr):
        if stream is None or getattr(stream, "closed", False):
            continue
        try:
            stream.flush()
        except Exception:
            well = well and stream is not sys.stdout
    return well


def _unraisable(work: Callable[[], object]) -> None:
    """There is nobody left who could catch an exception."""
    try:
        work()
    except BaseException:
        sys.excepthook(*sys.exc_info())
