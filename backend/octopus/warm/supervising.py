"""A fork of the fork server -> the supervisor of one attempt; its step's first process is a fork again."""

import gc
import os
import socket
from functools import partial
from typing import NoReturn

from octopus.execution import attempt_files
from octopus.execution.supervisor.life import live
from octopus.warm import fresh, mlflow_process
from octopus.warm.standing_by import Order, StandBy, Work

_OWNER_ONLY = 0o600


def stand_by() -> StandBy:
    """A supervisor that waits for its attempt, with all the processes that this will take. Raises OSError if there can
    be no further process."""
    return StandBy.fork(_get_ready)


def _get_ready() -> Work:
    os.setsid()
    return partial(_be_supervisor, mlflow_process.stand_by())


def _be_supervisor(waiting: StandBy, order: Order, told: socket.socket) -> NoReturn:
    """As `python -m octopus.execution.supervisor` would be in this environment; its stderr goes where that one's
    goes."""
    told.close()
    directory = order["directory"]
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDWR)
    log = os.open(
        os.path.join(directory, attempt_files.SUPERVISOR_LOG), os.O_WRONLY | os.O_APPEND | os.O_CREAT, _OWNER_ONLY
    )
    for file, place in ((null, 0), (null, 1), (log, 2)):
        os.dup2(file, place)
    os.close(null)
    os.close(log)
    gc.enable()
    fresh.be_called(["octopus-supervisor", directory], order["env"])
    os._exit(live(directory, partial(mlflow_process.start, waiting)))
