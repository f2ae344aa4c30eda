"""The step's own exit code, which `mlflow run` flattens to 1: what the EXIT trap left, as a number that says the same
as everywhere else in octopus."""

import os
import signal

from octopus.execution import attempt_files

_SIGNALS = frozenset(number.value for number in signal.Signals)


def trapped_code(directory: str) -> int | None:
    """The code, negative for a signal; None if the step never ended by itself."""
    try:
        with open(os.path.join(directory, attempt_files.EXIT_CODE), encoding="ascii", errors="replace") as file:
            text = file.read().strip()
    except FileNotFoundError:
        return None
    return as_exit_code(int(text)) if text.isdigit() else None


def as_exit_code(shell_code: int) -> int:
    """A shell says 128 + n of a command that signal n killed; we say -n."""
    number = shell_code - 128
    return -number if number in _SIGNALS else shell_code
