"""The step's own exit code. `mlflow run` flattens it to 1; the shell it starts the step with reads the file named by
BASH_ENV first, which sets a trap that writes the code into the attempt's directory; the supervisor reads it there."""

import shlex
import signal
from collections.abc import Mapping

from octopus.execution.attempt_directory import AttemptDirectory

_ROOM = "    "
"""Written over in place: a code can be told on a full disk too."""


def set_trap(directory: AttemptDirectory, env: Mapping[str, str]) -> dict[str, str]:
    """`env` with the trap in it. A BASH_ENV that the environment already had is obeyed too."""
    directory.exit_code.write_text(_ROOM, encoding="ascii")
    lines = [f"trap 'printf %-{len(_ROOM)}s \"$?\" 1<> {_inner(str(directory.exit_code))}' EXIT"]
    # Without these a shell that a signal ends would leave the code of its last command before it.
    lines += [f"trap 'exit {128 + number}' {number.name}" for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)]
    if earlier := env.get("BASH_ENV"):
        lines += [f"export BASH_ENV={shlex.quote(earlier)}", '[ -r "$BASH_ENV" ] && . "$BASH_ENV"']
    else:
        lines.append("unset BASH_ENV")
    directory.trap.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {**env, "BASH_ENV": str(directory.trap)}


def _inner(path: str) -> str:
    """`path` quoted for use inside a single-quoted trap command."""
    return shlex.quote(path).replace("'", "'\\''")
