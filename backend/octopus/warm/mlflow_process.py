"""`mlflow run` in this very process: the genuine command line of MLflow, imported long ago."""

import gc
import os
import sys
import types
from typing import NoReturn

from octopus.warm import fresh, leaving, step_process

leaving.hide_frames_of(__file__)


def enter(command: list[str]) -> NoReturn:
    """Become the process that `command` (the path of the `mlflow` executable and its arguments) would have started.
    Never returns."""
    fresh.close_inherited_files()
    fresh.reset_signals()
    gc.enable()
    fresh.be_called([os.path.basename(command[0]), *command[1:]], dict(os.environ))
    sys.argv = list(command)
    sys.modules["__main__"] = types.ModuleType("__main__")
    step_process.stand_by()
    leaving.leave_after(_mlflow, len(sys.modules))


def _mlflow() -> None:
    from mlflow.cli import cli

    cli()
