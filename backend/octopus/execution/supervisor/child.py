"""The step's first process: a process group of its own, which dies with the supervisor and which the kernel prefers to
end when memory runs out."""

import errno
import os
import signal

from octopus.execution.supervisor import kernel, oom_score

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Start = Callable[[list[str], str, int, int], int]
    """Command, working directory, stdout and stderr -> process id. Raises NotStarted."""

OOM_SCORE = 500
"""Of 1000: the step goes before the supervisor, the server and whatever else runs here."""
_ORPHANED = 127


class NotStarted(Exception):
    """The process could not be executed. Its text says why."""


def spawn(command: list[str], cwd: str, stdout: int, stderr: int) -> int:
    """Its process id. Has the environment and the stdin of this process. Raises NotStarted."""
    supervisor = os.getpid()
    failed, failing = os.pipe()  # closed by a successful exec
    pid = _fork()
    if pid == 0:
        try:
            os.dup2(stdout, 1)
            os.dup2(stderr, 2)
            be_first_process(cwd, supervisor)
            os.execv(command[0], command)  # noqa: S606 - that no shell is involved is the point
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


def be_first_process(cwd: str, supervisor: int) -> None:
    """In the child of `supervisor`. Raises OSError."""
    os.setpgid(0, 0)
    kernel.die_with_parent()
    if os.getppid() != supervisor:  # it died before the request was in force
        os._exit(_ORPHANED)
    oom_score.raise_to(OOM_SCORE)
    _forget_signals()
    os.chdir(cwd)


def _forget_signals() -> None:
    """What a parent ignored must not be ignored here: SIGINT is how a step is asked to end."""
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_DFL)
        except (OSError, ValueError):
            continue  # one of the real-time signals that the C library keeps for itself
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
