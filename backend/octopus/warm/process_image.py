"""What other processes see of this one: its command line and its environment. After a fork both are still those of the
fork server; here they become those of the program that the process now is, so that `ps` tells the truth and the mark in
the environment is found.

The kernel shows the memory in which the first program's arguments and environment lay (man 5 proc: /proc/pid/stat,
fields 48 to 51); whoever wants to show something else writes it there. The fork server is started with room.
"""

import ctypes
import os
from collections.abc import Mapping, Sequence

_ARG_START, _ARG_END, _ENV_START, _ENV_END = 45, 46, 47, 48
"""Places in /proc/self/stat after the name, counted from the state."""
_PR_SET_NAME = 15
ROOM = "OCTOPUS_WARM_ROOM"
"""The variable that makes room in the fork server's environment; taken away at once."""
ARGUMENT_ROOM = 4096
ENVIRONMENT_ROOM = 32 * 1024


def show(words: Sequence[str], environment: Mapping[str, str], *, first: str | None = None) -> None:
    """Make `words` this process's command line, and `environment` its environment, as far as there is room; the
    variable `first` leads. Python's own environment must have been replaced before: see `replace_environment`."""
    areas = _areas()
    if areas is None:
        return
    arg_start, arg_end, env_start, env_end = areas
    names = sorted(environment, key=lambda name: name != first)
    variables = b"".join(os.fsencode(f"{name}={environment[name]}") + b"\0" for name in names)
    _write(env_start, env_end, _whole_entries(variables, env_end - env_start))
    title = os.fsencode(" ".join(words))[: arg_end - arg_start - 2]
    # Another last byte than zero tells the kernel that this is a title: it then ends at its first zero.
    _write(arg_start, arg_end, title.ljust(arg_end - arg_start - 1, b"\0") + b".")
    name = os.fsencode(os.path.basename(words[0]))[:15]
    ctypes.CDLL(None).prctl(_PR_SET_NAME, ctypes.c_char_p(name), 0, 0, 0)


def replace_environment(environment: Mapping[str, str]) -> None:
    """Nothing that the C library knows lies in the old memory afterwards."""
    os.environ.clear()
    os.environ.update(environment)


def _areas() -> tuple[int, int, int, int] | None:
    """None where the kernel does not say."""
    with open("/proc/self/stat", "rb") as file:
        line = file.read()
    fields = line[line.rindex(b")") + 2 :].split()
    if len(fields) <= _ENV_END:
        return None
    arg_start, arg_end = int(fields[_ARG_START]), int(fields[_ARG_END])
    env_start, env_end = int(fields[_ENV_START]), int(fields[_ENV_END])
    has_room = 0 < arg_start < arg_end <= env_start < env_end and arg_end - arg_start >= ARGUMENT_ROOM
    return (arg_start, arg_end, env_start, env_end) if has_room else None


def _whole_entries(variables: bytes, size: int) -> bytes:
    if len(variables) > size - 1:
        variables = variables[: variables.rfind(b"\0", 0, size - 1) + 1]
    return variables.ljust(size, b"\0")


def _write(start: int, end: int, content: bytes) -> None:
    ctypes.memmove(start, content[: end - start], end - start)
