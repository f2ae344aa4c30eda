"""`mlflow run` in a process of this kind: the genuine command line of MLflow, imported long ago."""

import gc
import os
import socket
import sys
import types
from collections.abc import Sequence
from typing import NoReturn

from octopus.execution.supervisor.child import NotStarted, be_first_process
from octopus.warm import channel, fresh, leaving, step_process
from octopus.warm.standing_by import Order, StandBy, Work

_FAILED = 127

leaving.hide_frames_of(__file__)


def stand_by() -> StandBy:
    """A process that waits for its command, and its step's process with it. Raises OSError if there can be no further
    process."""
    return StandBy.fork(_get_ready)


def start(waiting: StandBy, command: Sequence[str], cwd: str, stdout: int, stderr: int) -> int:
    """Let `waiting`, or another if it has ended meanwhile, become the process that `command` (the path of the `mlflow`
    executable and its arguments) would have started. Its process id. Raises NotStarted."""
    order = {"command": list(command), "cwd": cwd, "supervisor": os.getpid(), "environment": dict(os.environ)}
    try:
        try:
            waiting.tell(order, (0, stdout, stderr))
        except ConnectionError:
            waiting.let_go()
            waiting = stand_by()
            waiting.tell(order, (0, stdout, stderr))
        failure = waiting.answer()
    except OSError as error:
        raise NotStarted(f"no process can be made: {error.strerror}") from error
    finally:
        waiting.let_go()
    if failure is not None:
        os.waitpid(waiting.pid, 0)
        raise NotStarted(f"{command[0]}: {failure['failed']}")
    return waiting.pid


def _get_ready() -> Work:
    step_process.stand_by()
    return _work


def _work(order: Order, told: socket.socket) -> NoReturn:
    try:
        be_first_process(order["cwd"], order["supervisor"])
    except OSError as error:
        channel.send(told, {"failed": error.strerror})
        os._exit(_FAILED)
    told.close()
    fresh.reset_signals()
    gc.enable()
    command = order["command"]
    fresh.be_called([os.path.basename(command[0]), *command[1:]], order["environment"])
    sys.argv = list(command)
    sys.modules["__main__"] = types.ModuleType("__main__")
    leaving.leave_after(_mlflow, len(sys.modules))


def _mlflow() -> None:
    from mlflow.cli import cli

    cli()
