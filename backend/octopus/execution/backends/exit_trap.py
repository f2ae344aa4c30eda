"""The step's own exit code. `mlflow run` flattens it to 1; the shell it starts the step with reads the file named by
BASH_ENV first, which sets a trap that writes the code into the attempt's directory."""

import shlex
import signal
from collections.abc import Mapping

from octopus.execution.attempt_directory import AttemptDirectory

_SIGNALS = frozenset(number.value for number in signal.Signals)


def set_trap(directory: AttemptDirectory, env: Mapping[str, str]) -> dict[str, str]:
    """`env` with the trap in it. A BASH_ENV that the environment already had is obeyed too."""
    lines = [f"trap 'printf %s \"$?\" > {_inner(str(directory.exit_code))}' EXIT"]
    # Without these a shell that a signal ends would leave the code of its last command before it.
    lines += [f"trap 'exit {128 + number}' {number.name}" for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)]
    if earlier := env.get("BASH_ENV"):
        lines += [f"export BASH_ENV={shlex.quote(earlier)}", '[ -r "$BASH_ENV" ] && . "$BASH_ENV"']
    else:
        lines.append("unset BASH_ENV")
    directory.trap.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {**env, "BASH_ENV": str(directory.trap)}


def trapped_code(directory: AttemptDirectory) -> int | None:
    """The code, negative for a signal; None if the step never ended by itself."""
    try:
        text = directory.exit_code.read_text(encoding="ascii")
    except FileNotFoundError:
        return None
    return as_exit_code(int(text)) if text.isdigit() else None


def as_exit_code(shell_code: int) -> int:
    """A shell says 128 + n of a command that signal n killed; we say -n."""
    number = shell_code - 128
    return -number if number in _SIGNALS else shell_code


def _inner(path: str) -> str:
    """`path` quoted for use inside a single-quoted trap command."""
    return shlex.quote(path).replace("'", "'\\''")
