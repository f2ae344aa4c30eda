"""SupervisedAttempt: an attempt under a supervisor, seen through the files of its directory. Whether it was just
started or found again after a restart makes no difference: the server only reads, and asks."""

import asyncio
import json
import logging
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.backends.process_tree import kill_left_behind, send
from octopus.execution.backends.protocol import Exit
from octopus.execution.backends.standing import is_of_this_boot, is_supervised, read_exit, read_processes

_LOG = logging.getLogger(__name__)
_LOOKS_PER_PROBE = 10
"""Whether a supervisor that is not our child lives is asked less often than whether its log has grown."""
_BACKSTOP_S = 5.0
"""After the grace: a supervisor that has not ended its step by then is ended itself, with all that it looks after."""
_UNREADABLE_LIMIT_S = 30.0
_UNREADABLE_PAUSE_S = 0.5
REBOOTED = "the machine was started anew while the step ran"
SUPERVISOR_DIED = "its supervisor was killed, so the step was stopped"


class Supervisor(Protocol):
    """A supervisor that this server has started."""

    @property
    def pid(self) -> int: ...

    def code(self) -> int | None:
        """Its exit code, None while it lives."""
        ...

    @property
    def was_refused(self) -> bool:
        """Another supervisor has this attempt."""
        ...


class SupervisedAttempt:
    """`process` None: found again. Has to be watched to come to its end."""

    def __init__(self, directory: AttemptDirectory, log_grew: Callable[[], None], process: Supervisor | None) -> None:
        self._directory = directory
        self._log = str(directory.log)
        self._log_grew = log_grew
        self._process = process
        self._size = 0
        self._looks = 0
        self._grace_s: float | None = None
        self._settling: asyncio.Task[None] | None = None
        self._end: asyncio.Future[Exit] = asyncio.get_running_loop().create_future()

    @property
    def backend(self) -> str:
        return str(self._told("backend") or "cold")

    @property
    def backend_reason(self) -> str | None:
        reason = self._told("backend_reason")
        return None if reason is None else str(reason)

    async def wait(self) -> Exit:
        return await asyncio.shield(self._end)

    async def cancel(self, grace_s: float) -> None:
        if self._end.done():
            return
        self._grace_s = grace_s if self._grace_s is None else min(self._grace_s, grace_s)
        self._ask_to_end(self._grace_s)
        await asyncio.wait({self._end}, timeout=grace_s + _BACKSTOP_S)
        if not self._end.done():
            _LOG.warning("the supervisor of %s does not end its step and is killed", self._directory.path)
            await kill_left_behind(self._directory)
            await asyncio.wait({self._end})

    def look(self) -> bool:
        """For the watch: tells of new log lines, then of the end."""
        if self._settling is None and self._is_unsupervised():
            self._settling = asyncio.create_task(self._settle())
        self._tell_growth()
        return self._settling is not None

    def _told(self, name: str) -> object:
        """Of the spec; None if that is gone or says nothing."""
        try:
            return self._directory.read_spec().get(name)
        except (OSError, ValueError):
            return None

    def _is_unsupervised(self) -> bool:
        self._looks += 1
        if self._process is not None:
            if self._process.code() is None:
                return False
            if not self._process.was_refused:
                return True
            self._process = None  # an earlier server's supervisor was quicker; its attempt is this one
        if self._looks % _LOOKS_PER_PROBE and not self._directory.exit.exists():
            return False
        return not is_supervised(self._directory)

    async def _settle(self) -> None:
        """The supervisor is gone: whether it left an exit record is certain now."""
        deadline = asyncio.get_running_loop().time() + _UNREADABLE_LIMIT_S
        while True:
            try:
                return self._end.set_result(await self._find_out())
            except OSError as error:  # such as too many open files: how it ended is not forgotten because of that
                _LOG.warning("how %s ended cannot be read: %s", self._directory.path, error)
                if asyncio.get_running_loop().time() >= deadline:
                    reason = f"how it ended cannot be read: {error.strerror}"
                    return self._end.set_result(Exit(None, lost=True, reason=reason))
            except Exception as error:
                _LOG.exception("how %s ended could not be found out", self._directory.path)
                reason = f"octopus itself failed: {type(error).__name__}: {error}"
                return self._end.set_result(Exit(None, lost=True, reason=reason))
            await asyncio.sleep(_UNREADABLE_PAUSE_S)

    async def _find_out(self) -> Exit:
        end = read_exit(self._directory)
        if end is None:
            await kill_left_behind(self._directory)
            end = self._lost()
        if end.lost and self._grace_s is not None:  # told by a signal, or killed: that is how it was asked to end
            end = replace(end, cancelled=True)
        self._tell_growth()
        return end

    def _lost(self) -> Exit:
        reason = SUPERVISOR_DIED if is_of_this_boot(self._directory) else REBOOTED
        if not self._directory.started.exists():
            reason = f"its supervisor could not start: {_last_line(self._directory)}"
        return Exit(None, lost=True, cancelled=self._directory.cancel.exists(), reason=reason)

    def _tell_growth(self) -> None:
        try:
            size = os.stat(self._log).st_size  # noqa: PTH116 - fifty times a second for every attempt
        except FileNotFoundError:
            return
        if size > self._size:
            self._size = size
            self._log_grew()

    def _ask_to_end(self, grace_s: float) -> None:
        """The file is the request, the signal only wakes the supervisor up for it. Where the disk takes no file, a
        signal has to do."""
        hint = signal.SIGUSR1
        unfinished = self._directory.cancel.with_name("cancel.tmp")
        try:
            unfinished.write_text(json.dumps({"grace_s": grace_s}), encoding="utf-8")
            unfinished.replace(self._directory.cancel)
        except OSError:
            _LOG.warning("the request to end %s could not be written", self._directory.path, exc_info=True)
            hint = signal.SIGTERM
        processes = read_processes(self._directory)
        if processes is not None and processes.supervisor.is_alive:
            send({processes.supervisor.pid}, hint)


def _last_line(directory: AttemptDirectory) -> str:
    try:
        lines = directory.supervisor_log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    return lines[-1].strip() if lines else "it said nothing"
