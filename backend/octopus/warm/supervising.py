"""A fork of the fork server -> the supervisor of one attempt; its step's first process is a fork again."""

import gc
import os
from collections.abc import Mapping
from typing import NoReturn

from octopus.execution import attempt_files
from octopus.execution.supervisor.life import live
from octopus.warm import fresh, mlflow_process

_OWNER_ONLY = 0o600


def be_supervisor(directory: str, environment: Mapping[str, str]) -> NoReturn:
    """As `python -m octopus.execution.supervisor` would be in this environment; its stderr goes where that one's
    goes."""
    os.setsid()
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDWR)
    log = os.open(
        os.path.join(directory, attempt_files.SUPERVISOR_LOG), os.O_WRONLY | os.O_APPEND | os.O_CREAT, _OWNER_ONLY
    )
    for file, place in ((null, 0), (null, 1), (log, 2)):
        os.dup2(file, place)
    fresh.close_inherited_files()
    gc.enable()
    fresh.be_called(["octopus-supervisor", directory], environment)
    os._exit(live(directory, mlflow_process.enter))
