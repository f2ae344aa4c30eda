"""Supervision: one step, from its first process to the exit record. One thread, one loop: output, requests, time and
ended processes are looked at in turn, so that none of them can hold up another."""

import os
import select
import signal
import time

from octopus.execution.attempt_files import PROCESSES
from octopus.execution.supervisor import kernel, tree
from octopus.execution.supervisor.child import spawn
from octopus.execution.supervisor.complaint import complain
from octopus.execution.supervisor.orders import Orders, Requests
from octopus.execution.supervisor.output import Output
from octopus.execution.supervisor.own_code import trapped_code
from octopus.execution.supervisor.records import write_processes

DRAIN_S = 2.0
"""How long output and processes that outlive the launcher are waited for: a daemon may hold the pipes for ever."""
_LOOK_S = 0.2
"""Between two looks at requests: a signal that hints at one may get lost."""
_KILL_AGAIN_S = 0.05
"""One may fork while another is being killed."""
_UNKILLABLE_S = 5.0
"""After SIGKILL a process is gone at once unless the kernel itself holds it; waiting longer does not help."""


class Supervision:
    """`run` once."""

    def __init__(self, directory: str, orders: Orders) -> None:
        self._directory = directory
        self._orders = orders
        self._requests = Requests(directory)
        self._poll = select.poll()
        self._output = Output(directory, orders.log_cap_bytes, self._poll)
        self._child = 0
        self._launcher_code: int | None = None
        self._has_children = True
        self._is_alone = True
        self._cancelled = False
        self._timed_out = False
        self._told: int | None = None
        self._timeout_at: float | None = None
        self._kill_at: float | None = None
        self._killing_since: float | None = None
        self._next_kill = 0.0
        self._drain_until: float | None = None
        self._next_look = 0.0
        self._woken = -1

    def run(self) -> dict[str, object]:
        """The exit record. Raises NotStarted."""
        self._listen_to_signals()
        if self._requests.new_cancel(self._orders.grace_s) is not None:
            return {"exit_code": None, "cancelled": True, "last_line": 0}
        kernel.adopt_orphans()
        self._start()
        while not self._is_over():
            self._turn()
        self._output.finish()
        return self._record()

    def _start(self) -> None:
        if self._orders.timeout_s is not None:
            self._timeout_at = time.monotonic() + self._orders.timeout_s
        self._child = spawn(self._orders.command, self._orders.cwd, self._output.stdout, self._output.stderr)
        self._output.step_has_them()
        try:
            write_processes(self._directory, self._child)
        except OSError as error:  # without it the step is only harder to find
            complain(f"{PROCESSES} cannot be written: {error}")

    def _listen_to_signals(self) -> None:
        self._woken, waking = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(waking, False)
        signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
        self._poll.register(self._woken, select.POLLIN)
        for number in (signal.SIGCHLD, signal.SIGUSR1):
            signal.signal(number, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda told, _: setattr(self, "_told", told))

    def _turn(self) -> None:
        for file, _ in self._poll.poll(self._pause_ms()):
            if file == self._woken:
                os.read(self._woken, 4096)
                self._next_look = 0.0
            else:
                self._output.read(file)
        now = time.monotonic()
        self._reap(now)
        self._output.tend(now)
        if now >= self._next_look:
            self._next_look = now + _LOOK_S
            self._look(now)
        self._stop_what_must_stop(now)

    def _pause_ms(self) -> int:
        now = time.monotonic()
        is_killing = self._killing_since is not None
        moments = (self._next_kill,) if is_killing else (self._timeout_at, self._kill_at, self._drain_until)
        soonest = min([self._next_look, *(moment for moment in moments if moment is not None)])
        return max(0, int((soonest - now) * 1000) + 1)

    def _reap(self, now: float) -> None:
        while self._has_children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                self._has_children = False
                return
            if pid == 0:
                return
            if pid == self._child:
                self._launcher_code = os.waitstatus_to_exitcode(status)
                self._timeout_at = None
                self._drain_until = now + (0 if self._launcher_code < 0 else DRAIN_S)

    def _look(self, now: float) -> None:
        grace_s = self._requests.new_cancel(self._orders.grace_s)
        if grace_s is not None:
            self._cancelled = True
            self._stop(now, grace_s)
        if self._told is not None and self._kill_at is None:
            self._stop(now, self._orders.grace_s)
        if self._requests.cap_is_wanted():
            self._output.cap()

    def _stop_what_must_stop(self, now: float) -> None:
        if self._timeout_at is not None and now >= self._timeout_at:
            self._timeout_at = None
            if self._kill_at is None:
                self._timed_out = True
                self._stop(now, self._orders.grace_s)
        if any(moment is not None and now >= moment for moment in (self._kill_at, self._drain_until)):
            self._kill(now)

    def _stop(self, now: float, grace_s: float) -> None:
        """Interrupt everybody, the first time; a later call may shorten the grace."""
        if self._kill_at is None:
            everybody = self._everybody()
            group = everybody & kernel.group_members(self._child)
            # As a group, so that nobody who is being forked now is missed; each process once, because a second
            # interrupt ends the tidying up after the first.
            if group and self._launcher_code is None:
                os.killpg(self._child, signal.SIGINT)
                everybody -= group
            tree.send(everybody, signal.SIGINT)
        self._kill_at = now + grace_s if self._kill_at is None else min(self._kill_at, now + grace_s)

    def _kill(self, now: float) -> None:
        if self._killing_since is None:
            self._killing_since = now
        if now >= self._next_kill:
            left = self._everybody()
            tree.send(left, signal.SIGKILL)
            self._is_alone = not left
            self._next_kill = now + (_KILL_AGAIN_S if left else _LOOK_S)

    def _everybody(self) -> set[int]:
        return tree.descendants(os.getpid()) | tree.marked(self._directory)

    def _is_over(self) -> bool:
        """Whether nothing is left of the step and all it printed is in the log; or nothing more can be had."""
        now = time.monotonic()
        if self._launcher_code is None:
            return False
        if self._has_children or not self._is_alone:
            return self._killing_since is not None and now >= self._killing_since + _UNKILLABLE_S
        if self._output.is_stuck:
            return (self._kill_at is not None or self._output.is_capped) and self._drained_long_enough(now)
        return self._output.is_over or self._drained_long_enough(now)

    def _drained_long_enough(self, now: float) -> bool:
        return self._killing_since is not None and now >= self._killing_since + DRAIN_S

    def _record(self) -> dict[str, object]:
        code, launcher_code = trapped_code(self._directory), self._launcher_code
        if code is None and launcher_code == 0:
            code = 0
        was_stopped = self._cancelled or self._timed_out
        lost = self._told is not None or (code is None and launcher_code is not None and launcher_code < 0)
        return {
            "exit_code": code,
            "launcher_code": launcher_code,
            "lost": lost and not was_stopped,
            "reason": f"its supervisor was told to stop ({signal.Signals(self._told).name})" if self._told else None,
            "cancelled": self._cancelled,
            "timed_out": self._timed_out,
            "last_stderr": self._output.words.of_step,
            "launcher_words": self._output.words.of_launcher,
            "last_line": self._output.last_line,
            "dropped_bytes": self._output.dropped_bytes,
        }
