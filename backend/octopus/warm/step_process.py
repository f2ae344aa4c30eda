"""The step's own process: a fork of the one that ran `mlflow run`, made to look like a Python that has just started."""

import gc
import os
import runpy
import shutil
import signal
import socket
import sys
import types
from collections.abc import Mapping
from dataclasses import asdict
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import NoReturn

import click
from click.globals import pop_context

from octopus.execution.supervisor import oom_score
from octopus.warm import fresh, leaving, standing_by, threads
from octopus.warm.python_command import PythonCommand
from octopus.warm.standing_by import Order, StandBy

_SETTINGS_OF_PYTHON = "PYTHON"
"""Variables of this kind are read when Python starts, which it does not."""
_UNBUFFERED = "PYTHONUNBUFFERED"
_standing_by: StandBy | None = None

leaving.hide_frames_of(__file__)
leaving.hide_frames_of(standing_by.__file__)


def can_be_forked(command: PythonCommand, cwd: str, environment: Mapping[str, str]) -> bool:
    """Whether a fork of this process gives exactly what starting `command` anew would."""
    if threads.count() != 1 or not _is_this_python(command.words[0], environment):
        return False
    wants_unbuffered = bool(environment.get(_UNBUFFERED)) or command.is_unbuffered
    if getattr(sys.stdout, "write_through", None) is not wants_unbuffered:
        return False
    if _python_settings(os.environ) != _python_settings(environment):
        return False
    if command.file is not None and not Path(cwd, command.file).is_file():
        return False
    if command.module in sys.modules and not hasattr(sys.modules[command.module], "__path__"):
        return False
    if f"{command.module}.__main__" in sys.modules:
        return False
    return not _hides_what_is_loaded(_first_place(command, cwd))


def stand_by() -> None:
    """Fork the step's process already now, while this one has yet to find out what it is to run."""
    global _standing_by
    _standing_by = _stand_by()


def let_go() -> None:
    """It will not be needed."""
    global _standing_by
    waiting, _standing_by = _standing_by, None
    if waiting is not None:
        waiting.let_go()


def fork(command: PythonCommand, cwd: str, environment: Mapping[str, str]) -> int:
    """The process id. Raises OSError if there can be no further process."""
    global _standing_by
    sys.stdout.flush()
    sys.stderr.flush()
    order = {
        "command": asdict(command),
        "cwd": cwd,
        "environment": dict(environment),
        "group": os.getpgrp(),
        "oom_score": oom_score.own(),
    }
    waiting, _standing_by = _standing_by or _stand_by(), None
    try:
        waiting.tell(order, (0, 1, 2))
    except ConnectionError:  # a signal has ended it
        waiting.let_go()
        waiting = _stand_by()
        waiting.tell(order, (0, 1, 2))
    waiting.let_go()
    return waiting.pid


def _stand_by() -> StandBy:
    earlier = len(sys.modules)

    def work(order: Order, told: socket.socket) -> NoReturn:
        told.close()
        oom_score.raise_to(order["oom_score"])
        if os.getpgrp() != order["group"]:
            os.setpgid(0, order["group"])
        given = order["command"]
        command = PythonCommand(tuple(given["words"]), given["file"], given["module"], tuple(given["arguments"]))
        leaving.leave_after(lambda: _run(command, order["cwd"], order["environment"]), earlier)

    return StandBy.fork(lambda: work)


def _run(command: PythonCommand, cwd: str, environment: Mapping[str, str]) -> None:
    fresh.close_inherited_files()
    fresh.reset_signals()
    gc.enable()
    os.chdir(cwd)
    fresh.be_called(command.words, environment)
    fresh.draw_other_numbers()
    threads.obey_variables()
    sys.path[:] = [_first_place(command, cwd), *_own_path()]
    main = types.ModuleType("__main__")
    vars(main).update(__builtins__=sys.modules["builtins"], __annotations__={})
    fresh.be_main(main, cwd)
    _leave_the_command_line()
    if command.module is not None:
        sys.argv = ["-m", *command.arguments]
        runpy._run_module_as_main(command.module)  # type: ignore[attr-defined]  # what `python -m` itself calls
    elif command.file is not None:
        sys.argv = [command.file, *command.arguments]
        _run_file(str(Path(cwd, command.file)), main)


def _run_file(path: str, main: types.ModuleType) -> None:
    loader = SourceFileLoader("__main__", path)
    main.__file__ = path
    main.__loader__ = loader
    vars(main)["__cached__"] = None
    exec(compile(loader.get_data(path), path, "exec", dont_inherit=True), vars(main))  # noqa: S102 - it is the step


def _leave_the_command_line() -> None:
    """A program with a command line of its own must not find itself inside of MLflow's."""
    while click.get_current_context(silent=True) is not None:
        pop_context()


def _first_place(command: PythonCommand, cwd: str) -> str:
    """What leads sys.path: the folder of a file; for a module the current one."""
    return cwd if command.file is None else os.path.dirname(os.path.realpath(os.path.join(cwd, command.file)))


def _own_path() -> list[str]:
    """sys.path without the folder of the program that runs here now, if that is an ordinary `mlflow run`."""
    program = os.path.dirname(os.path.realpath(sys.argv[0])) if sys.argv and sys.argv[0] else None
    return sys.path[1:] if sys.path and sys.path[0] == program else sys.path[:]


def _is_this_python(word: str, environment: Mapping[str, str]) -> bool:
    found = shutil.which(word, path=environment.get("PATH", os.defpath))
    return found is not None and os.path.dirname(os.path.abspath(found)) == os.path.dirname(sys.executable)


def _python_settings(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if name.startswith(_SETTINGS_OF_PYTHON) and name != _UNBUFFERED
    }


def _hides_what_is_loaded(folder: str) -> bool:
    """Whether a module in `folder` has the name of one that is imported here already, and would have come first."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return True
    for entry in entries:
        name, dot, _ = entry.name.partition(".")
        if (
            name != "__main__"
            and name in sys.modules
            and (entry.name.endswith((".py", ".so", ".pyc")) if dot else _is_package(entry))
        ):
            return True
    return False


def _is_package(entry: "os.DirEntry[str]") -> bool:
    return entry.is_dir() and os.path.exists(os.path.join(entry.path, "__init__.py"))


def shell_code(status: int) -> int:
    """What a shell would say of a process that ended with this wait status."""
    code = os.waitstatus_to_exitcode(status)
    return 128 - code if code < 0 else code


def interrupt(pid: int) -> None:
    os.kill(pid, signal.SIGTERM)
