"""Supervision: one step, from its first process to the exit record. One thread, one loop: output, requests, time and
ended processes are looked at in turn, so that none of them can hold up another."""

import os
import select
import signal
import time

from octopus.execution.attempt_files import PROCESSES
from octopus.execution.supervisor import kernel
from octopus.execution.supervisor.child import spawn
from octopus.execution.supervisor.complaint import complain
from octopus.execution.supervisor.ending import NEVER, Ending
from octopus.execution.supervisor.orders import Orders, Requests
from octopus.execution.supervisor.output import Output
from octopus.execution.supervisor.own_code import trapped_code
from octopus.execution.supervisor.records import write_processes
from octopus.execution.supervisor.signals import Signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from octopus.execution.supervisor.child import Start

DRAIN_S = 2.0
"""How long output and processes that outlive the launcher are waited for: a daemon may hold the pipes for ever."""
_LOOK_S = 0.2
"""Between two looks at requests: a signal that hints at one may get lost."""
_UNKILLABLE_S = 5.0
"""After SIGKILL a process is gone at once unless the kernel itself holds it; waiting longer does not help."""


class Supervision:
    """`run` once."""

    def __init__(self, directory: str, orders: Orders, start: "Start" = spawn) -> None:
        self._directory = directory
        self._orders = orders
        self._start_step = start
        self._requests = Requests(directory)
        self._poll = select.poll()
        self._signals = Signals()
        self._poll.register(self._signals.file, select.POLLIN)
        self._output = Output(directory, orders.log_cap_bytes, self._poll)
        self._ending = Ending(directory)
        self._launcher = 0
        self._launcher_code: int | None = None
        self._has_children = True
        self._cancelled = False
        self._timed_out = False
        self._timeout_at = NEVER
        self._next_look = 0.0

    def run(self) -> dict[str, object]:
        """The exit record. Raises NotStarted."""
        if self._requests.new_cancel(self._orders.grace_s) is not None:
            return {"exit_code": None, "cancelled": True, "last_line": 0}
        kernel.adopt_orphans()
        self._start()
        while not self._is_over(time.monotonic()):
            self._turn()
        self._output.finish()
        return self._record()

    def _start(self) -> None:
        if self._orders.timeout_s is not None:
            self._timeout_at = time.monotonic() + self._orders.timeout_s
        self._launcher = self._start_step(
            self._orders.command, self._orders.cwd, self._output.stdout, self._output.stderr
        )
        self._output.step_has_them()
        try:
            write_processes(self._directory, self._launcher)
        except OSError as error:  # without it the step is only harder to find
            complain(f"{PROCESSES} cannot be written: {error}")

    def _turn(self) -> None:
        next_moment = min(self._next_look, self._timeout_at, self._ending.next_moment)
        pause_ms = int((next_moment - time.monotonic()) * 1000) + 1
        for file, _ in self._poll.poll(max(0, pause_ms)):
            if file == self._signals.file:
                self._signals.heard()
                self._next_look = 0.0
            else:
                self._output.read(file)
        now = time.monotonic()
        self._reap(now)
        self._output.tend(now)
        if now >= self._next_look:
            self._next_look = now + _LOOK_S
            self._look(now)
        if now >= self._timeout_at:
            self._time_out(now)
        self._ending.tend(now)

    def _reap(self, now: float) -> None:
        while self._has_children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self._has_children = False
                return
            if pid == 0:
                return
            if pid == self._launcher:
                self._launcher_code = os.waitstatus_to_exitcode(status)
                self._timeout_at = NEVER
                self._ending.kill_at(now + (DRAIN_S if self._launcher_code >= 0 else 0))

    def _look(self, now: float) -> None:
        grace_s = self._requests.new_cancel(self._orders.grace_s)
        if grace_s is not None:
            self._cancelled = True
            self._stop(now, grace_s)
        if self._signals.told_to_stop is not None and not self._ending.is_asked:
            self._stop(now, self._orders.grace_s)
        if self._requests.cap_is_wanted():
            self._output.cap()

    def _time_out(self, now: float) -> None:
        self._timeout_at = NEVER
        if not self._ending.is_asked:
            self._timed_out = True
            self._stop(now, self._orders.grace_s)

    def _stop(self, now: float, grace_s: float) -> None:
        self._ending.ask(self._launcher if self._launcher_code is None else None)
        self._ending.kill_at(now + grace_s)

    def _is_over(self, now: float) -> bool:
        """Whether nothing is left of the step and all it printed is in the log; or nothing more can be had."""
        if self._launcher_code is None:
            return False
        if self._has_children or self._ending.is_anybody_left:
            return self._ending.has_killed_for(_UNKILLABLE_S, now)
        if self._output.is_over:
            return True
        may_lose_lines = not self._output.is_stuck or self._output.is_capped or self._ending.is_asked
        return may_lose_lines and self._ending.has_killed_for(DRAIN_S, now)

    def _record(self) -> dict[str, object]:
        code, launcher_code, told = trapped_code(self._directory), self._launcher_code, self._signals.told_to_stop
        if code is None and launcher_code == 0:
            code = 0
        was_lost = told is not None or (code is None and launcher_code is not None and launcher_code < 0)
        return {
            "exit_code": code,
            "launcher_code": launcher_code,
            "lost": was_lost and not self._cancelled and not self._timed_out,
            "reason": f"its supervisor was told to stop ({signal.Signals(told).name})" if told is not None else None,
            "cancelled": self._cancelled,
            "timed_out": self._timed_out,
            "last_stderr": self._output.words.of_step,
            "launcher_words": self._output.words.of_launcher,
            "last_line": self._output.last_line,
            "dropped_bytes": self._output.dropped_bytes,
        }
