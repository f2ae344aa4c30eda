"""LogWriter: lines of an attempt's stdout and stderr -> its log file, one JSON object per line, numbered from 1, with
an index of byte offsets beside it. The only writer of that file. Log lines never enter the database."""

import json
import os
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from octopus.domain.base import timestamp
from octopus.execution.log.lines import LineSplitter

Stream = Literal["stdout", "stderr"]

INDEX_EVERY = 256
"""Lines per entry of the index."""
OFFSET = struct.Struct("<Q")
"""An entry of the index: the byte offset of line 1 + k * INDEX_EVERY."""


class LogWriter:
    """Call `add` with bytes as they arrive and `close` at the end. Lines of both streams stand in order of arrival.
    `on_line` hears every line as it is numbered."""

    def __init__(self, log: Path, index: Path, on_line: Callable[[Stream, str], None]) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._index = os.open(index, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._splitters: dict[Stream, LineSplitter] = {"stdout": LineSplitter(), "stderr": LineSplitter()}
        self._waiting = bytearray()
        self._waiting_index = bytearray()
        self._offset = os.fstat(self._log).st_size
        self._count = 0
        self._on_line = on_line

    @property
    def count(self) -> int:
        return self._count

    def add(self, stream: Stream, data: bytes) -> bool:
        """True if the log grew. Raises OSError if the disk takes nothing more; then `flush` later, nothing is lost."""
        return self._write(stream, self._splitters[stream].feed(data))

    def end(self, stream: Stream) -> bool:
        """The stream is at its end: a last line without newline is written. As `add`."""
        return self._write(stream, self._splitters[stream].close())

    def flush(self) -> None:
        """Write what is waiting. Raises OSError if the disk takes nothing more."""
        for file, waiting in ((self._log, self._waiting), (self._index, self._waiting_index)):
            while waiting:
                del waiting[: os.write(file, waiting)]

    def close(self) -> None:
        os.close(self._log)
        os.close(self._index)

    def _write(self, stream: Stream, lines: list[str]) -> bool:
        if not lines:
            return False
        at = timestamp(datetime.now(UTC))
        for text in lines:
            self._number(stream, at, text)
        self.flush()
        return True

    def _number(self, stream: Stream, at: str, text: str) -> None:
        if self._count % INDEX_EVERY == 0:
            self._waiting_index += OFFSET.pack(self._offset)
        self._count += 1
        self._on_line(stream, text)
        record = {"n": self._count, "at": at, "stream": stream, "text": text}
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8") + b"\n"
        self._offset += len(line)
        self._waiting += line
