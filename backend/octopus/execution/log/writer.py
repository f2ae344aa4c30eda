"""LogWriter: lines of an attempt's stdout and stderr -> its log file, one JSON object per line, numbered from 1, with
an index of byte offsets beside it. The only writer of that file. Log lines never enter the database.

Part of the supervisor, so standard library only, and little of it."""

import os
import struct
import time
from json.encoder import encode_basestring

from octopus.execution.log.lines import LineSplitter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    Stream = Literal["stdout", "stderr"]

DROPPED = "what the step prints from here on is dropped"
INDEX_EVERY = 256
"""Lines per entry of the index."""
OFFSET = struct.Struct("<Q")
"""An entry of the index: the byte offset of line 1 + k * INDEX_EVERY."""


class LogWriter:
    """Call `add` with bytes as they arrive and `close` at the end. Lines of both streams stand in order of arrival.
    `on_line` hears every line, also those that are dropped. `cap_bytes`: about how long the file may become; the line
    that would go beyond is dropped with all that follow, and one line says so."""

    def __init__(
        self,
        log: "str | os.PathLike[str]",
        index: "str | os.PathLike[str]",
        on_line: "Callable[[Stream, str], None]",
        cap_bytes: int | None = None,
    ) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._index = os.open(index, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._splitters: dict[str, LineSplitter] = {"stdout": LineSplitter(), "stderr": LineSplitter()}
        self._waiting = bytearray()
        self._waiting_index = bytearray()
        self._offset = os.fstat(self._log).st_size
        self._count = 0
        self._on_line = on_line
        self._cap_bytes = cap_bytes
        self._is_synced = True
        self.is_capped = False
        self.dropped_bytes = 0

    @property
    def count(self) -> int:
        """Lines that are in the file."""
        return self._count - self._waiting.count(b"\n")

    @property
    def is_behind(self) -> bool:
        """Whether the disk has not taken everything yet."""
        return bool(self._waiting or self._waiting_index)

    def add(self, stream: "Stream", data: bytes) -> bool:
        """True if the log grew. Raises OSError if the disk takes nothing more; then `flush` later, nothing is lost."""
        return self._write(stream, self._splitters[stream].feed(data))

    def end(self, stream: "Stream") -> bool:
        """The stream is at its end: a last line without newline is written. As `add`."""
        return self._write(stream, self._splitters[stream].close())

    def cap(self, words: str) -> bool:
        """From now on lines are dropped; a last one says `words`. As `add`."""
        if self.is_capped:
            return False
        self._number("stderr", _now(), words)
        self.is_capped = True
        self.flush()
        return True

    def say(self, words: str) -> None:
        """A line of the supervisor's own, in spite of the cap. Raises OSError as `add`."""
        self._number("stderr", _now(), words)
        self.flush()

    def flush(self) -> None:
        """Write what is waiting. Raises OSError if the disk takes nothing more."""
        for file, waiting in ((self._log, self._waiting), (self._index, self._waiting_index)):
            while waiting:
                del waiting[: os.write(file, waiting)]
                self._is_synced = False

    def sync(self) -> None:
        """What is in the file stays there when the machine fails."""
        if not self._is_synced:
            os.fdatasync(self._log)
            self._is_synced = True

    def give_up(self) -> None:
        """Forget what the disk does not take."""
        self._count = self.count
        self.dropped_bytes += len(self._waiting)
        self._waiting.clear()
        self._waiting_index.clear()

    def close(self) -> None:
        os.close(self._log)
        os.close(self._index)

    def _write(self, stream: "Stream", lines: list[str]) -> bool:
        if not lines:
            return False
        at = _now()
        for text in lines:
            self._on_line(stream, text)
            self._take(stream, at, text)
        self.flush()
        return True

    def _take(self, stream: "Stream", at: str, text: str) -> None:
        if not self.is_capped and self._cap_bytes is not None and self._is_too_long(text):
            self._number("stderr", at, f"octopus: this log is full ({self._cap_bytes:,} bytes); {DROPPED}")
            self.is_capped = True
        if self.is_capped:
            self.dropped_bytes += len(text.encode()) + 1
        else:
            self._number(stream, at, text)

    def _is_too_long(self, text: str) -> bool:
        return self._offset + len(text) > (self._cap_bytes or 0)

    def _number(self, stream: "Stream", at: str, text: str) -> None:
        if self._count % INDEX_EVERY == 0:
            self._waiting_index += OFFSET.pack(self._offset)
        self._count += 1
        line = f'{{"n":{self._count},"at":"{at}","stream":"{stream}","text":{encode_basestring(text)}}}\n'.encode()
        self._offset += len(line)
        self._waiting += line


def _now() -> str:
    """As octopus.domain.base.timestamp says it."""
    seconds = time.time()
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{int(seconds % 1 * 1000):03d}Z"
