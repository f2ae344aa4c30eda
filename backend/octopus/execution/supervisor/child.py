"""The step's first process: a process group of its own, which dies with the supervisor and which the kernel prefers to
end when memory runs out."""

import errno
import os
import signal

from octopus.execution.supervisor import kernel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    Enter = Callable[[list[str]], NoReturn]

OOM_SCORE = 500
"""Of 1000: the step goes before the supervisor, the server and whatever else runs here."""
_ORPHANED = 127
_OOM_SCORE_FILE = "/proc/self/oom_score_adj"


class NotStarted(Exception):
    """The process could not be executed. Its text says why."""


def execute(command: list[str]) -> "NoReturn":
    """Become the program that `command` names. Raises OSError or ValueError if that cannot be."""
    os.execv(command[0], command)  # noqa: S606 - that no shell is involved is the point


def spawn(command: list[str], cwd: str, stdout: int, stderr: int, enter: "Enter" = execute) -> int:
    """Its process id. Has the environment and the stdin of this process. `enter` never returns, and closes what `exec`
    would close. Raises NotStarted."""
    supervisor = os.getpid()
    failed, failing = os.pipe()  # closed by a successful entry
    pid = _fork()
    if pid == 0:
        try:
            _become(cwd, stdout, stderr, supervisor)
            enter(command)
        except OSError as error:
            os.write(failing, str(error.errno or errno.EINVAL).encode())
        except ValueError:  # a word with a zero byte in it
            os.write(failing, str(errno.EINVAL).encode())
        finally:
            os._exit(127)
    os.close(failing)
    told = os.read(failed, 32)
    os.close(failed)
    if told:
        os.waitpid(pid, 0)
        raise NotStarted(f"{command[0]}: {os.strerror(int(told))}")
    return pid


def _fork() -> int:
    """The child begins with all signals held back: one that comes now must not meet this process's handlers there."""
    earlier = signal.pthread_sigmask(signal.SIG_SETMASK, signal.valid_signals())
    pid = -1
    try:
        pid = os.fork()
    except OSError as error:
        raise NotStarted(f"no process can be made: {error.strerror}") from error
    finally:
        if pid != 0:
            signal.pthread_sigmask(signal.SIG_SETMASK, earlier)
    return pid


def _become(cwd: str, stdout: int, stderr: int, supervisor: int) -> None:
    os.setpgid(0, 0)
    kernel.die_with_parent()
    if os.getppid() != supervisor:  # it died before the request was in force
        os._exit(_ORPHANED)
    _offer_to_the_oom_killer()
    _forget_signals()
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    os.chdir(cwd)


def _offer_to_the_oom_killer() -> None:
    try:
        with open(_OOM_SCORE_FILE, encoding="ascii") as file:
            score = max(OOM_SCORE, int(file.read()))
        with open(_OOM_SCORE_FILE, "w", encoding="ascii") as file:
            file.write(str(score))
    except (OSError, ValueError):
        return  # a kernel that has no such file gets along without


def _forget_signals() -> None:
    """What a parent ignored must not be ignored here: SIGINT is how a step is asked to end."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_DFL)
        except (OSError, ValueError):
            continue  # one of the real-time signals that the C library keeps for itself
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
