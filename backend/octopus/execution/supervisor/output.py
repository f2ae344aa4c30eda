"""Output: the step's two pipes -> its log. A disk that takes nothing more makes the step wait, because nobody empties
its pipes; unless the log may be capped, nothing is lost."""

import os
import select
import time
from functools import partial

from octopus.execution import attempt_files
from octopus.execution.log.last_words import LastWords
from octopus.execution.log.writer import DROPPED, LogWriter
from octopus.execution.supervisor.complaint import complain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from octopus.execution.log.writer import Stream

_CHUNK = 64 * 1024
_SYNC_EVERY_S = 1.0
"""What the failure of a whole machine may cost."""
_DISK_FULL_RETRY_S = 0.5


class Output:
    """`writing`: the ends for the step, to be closed with `step_has_them`."""

    def __init__(self, directory: str, cap_bytes: int | None, poll: "select.poll") -> None:
        self.words = LastWords()
        self._poll = poll
        self._writer = LogWriter(
            os.path.join(directory, attempt_files.LOG),
            os.path.join(directory, attempt_files.LOG_INDEX),
            self._hear,
            cap_bytes,
        )
        self._reading: dict[int, Stream] = {}
        stdout, self.stdout = os.pipe()
        stderr, self.stderr = os.pipe()
        self._open(stdout, "stdout")
        self._open(stderr, "stderr")
        self._next_sync = time.monotonic() + _SYNC_EVERY_S
        self._retry_at: float | None = None

    @property
    def is_over(self) -> bool:
        """Nobody holds the pipes any more, and all that came through them is in the log."""
        return not self._reading and self._retry_at is None

    @property
    def is_stuck(self) -> bool:
        """The disk is full."""
        return self._retry_at is not None

    @property
    def is_capped(self) -> bool:
        return self._writer.is_capped

    @property
    def dropped_bytes(self) -> int:
        return self._writer.dropped_bytes

    @property
    def last_line(self) -> int:
        return self._writer.count

    def step_has_them(self) -> None:
        os.close(self.stdout)
        os.close(self.stderr)

    def read(self, pipe: int) -> None:
        """One chunk from `pipe`, if it is one of ours."""
        stream = self._reading.get(pipe)
        if stream is None:
            return
        data = os.read(pipe, _CHUNK)
        if not data:
            self._close(pipe)
        self._write(partial(self._writer.add, stream, data) if data else partial(self._writer.end, stream))

    def tend(self, now: float) -> None:
        """What time brings: see whether a full disk has room again, and make durable what has been written."""
        if self._retry_at is not None and now >= self._retry_at:
            self._write(self._writer.flush)
        if now >= self._next_sync and not self.is_stuck:
            self._next_sync = now + _SYNC_EVERY_S
            self._write(self._writer.sync)

    def cap(self) -> None:
        """The disk is nearly full: drop from now on."""
        self._write(lambda: self._writer.cap(f"octopus: the disk is nearly full; {DROPPED}"))

    def finish(self) -> None:
        """Nothing more is waited for, whoever still holds the pipes. What the disk still does not take is lost, and
        counted."""
        for pipe, stream in list(self._reading.items()):
            self._close(pipe)
            self._write(partial(self._writer.end, stream))
        if self._writer.dropped_bytes and not self.is_stuck:
            self._write(lambda: self._writer.say(f"octopus: {self._writer.dropped_bytes:,} bytes were dropped"))
        if self.is_stuck:
            self._writer.give_up()
        else:
            self._write(self._writer.sync)
        self._writer.close()

    def _open(self, pipe: int, stream: "Stream") -> None:
        self._reading[pipe] = stream
        self._poll.register(pipe, select.POLLIN)

    def _close(self, pipe: int) -> None:
        del self._reading[pipe]
        if self._may_read:
            self._poll.unregister(pipe)
        os.close(pipe)

    def _write(self, write: "Callable[[], object]") -> None:
        was_reading = self._may_read
        try:
            write()
        except OSError as error:
            if self._retry_at is None:
                complain(f"the log cannot be written: {error}")
            self._retry_at = time.monotonic() + _DISK_FULL_RETRY_S
        else:
            if not self._writer.is_behind:
                self._retry_at = None
        if self._may_read is not was_reading:
            self._watch()

    @property
    def _may_read(self) -> bool:
        return self._retry_at is None or self._writer.is_capped

    def _watch(self) -> None:
        for pipe in self._reading:
            if self._may_read:
                self._poll.register(pipe, select.POLLIN)
            else:
                self._poll.unregister(pipe)

    def _hear(self, stream: "Stream", line: str) -> None:
        if stream == "stderr":
            self.words.hear(line)
