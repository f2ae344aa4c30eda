"""LogReader: an attempt's log file -> log lines, from any line on, at a cost that does not depend on the file's size.
Reads while the attempt is still writing; a line that is not complete yet is not there yet."""

import asyncio
import io
import json
from collections.abc import Iterator
from pathlib import Path

from octopus.domain.event import LogLine
from octopus.engine.signals import StepRunKey
from octopus.execution.attempt_directory import AttemptDirectory, attempt_directory, attempts_of
from octopus.execution.log.writer import INDEX_EVERY, OFFSET

READ_LIMIT = 1000
"""Lines answered at once if the caller says nothing."""


class LogReader:
    """Reads below `attempts_dir`. An attempt that does not exist has no lines."""

    def __init__(self, attempts_dir: Path) -> None:
        self._attempts_dir = attempts_dir

    def attempts(self, run_id: str) -> list[StepRunKey]:
        """The run's attempts so far, oldest first."""
        return attempts_of(self._attempts_dir, run_id)

    def read(
        self, run_id: str, step_id: str, iteration: int, attempt: int, after_line: int = 0, limit: int = READ_LIMIT
    ) -> list[LogLine]:
        """At most `limit` lines with n > `after_line`. Touches only those lines: quick enough for the event loop."""
        found: list[LogLine] = []
        for line in self._lines(run_id, step_id, iteration, attempt, after_line):
            if len(found) == limit:
                break
            found.append(_parse(line))
        return found

    def tail(self, run_id: str, step_id: str, iteration: int, attempt: int, limit: int = READ_LIMIT) -> list[LogLine]:
        """The last `limit` lines."""
        directory = self._directory(run_id, step_id, iteration, attempt)
        indexed = _indexed_lines(directory) if directory is not None else 0
        first = max(0, indexed - limit)
        lines = [_parse(line) for line in self._lines(run_id, step_id, iteration, attempt, first)]
        return lines[-limit:] if limit else []

    async def search(
        self,
        run_id: str,
        step_id: str,
        iteration: int,
        attempt: int,
        query: str,
        after_line: int = 0,
        limit: int = READ_LIMIT,
    ) -> list[LogLine]:
        """At most `limit` lines with n > `after_line` that contain `query`, whatever its case. Reads the whole file, in
        a thread."""

        def find() -> list[LogLine]:
            wanted, found = query.casefold(), list[LogLine]()
            for raw in self._lines(run_id, step_id, iteration, attempt, after_line):
                if len(found) == limit:
                    break
                if wanted in json.loads(raw)["text"].casefold():
                    found.append(_parse(raw))
            return found

        return await asyncio.to_thread(find)

    def _directory(self, run_id: str, step_id: str, iteration: int, attempt: int) -> AttemptDirectory | None:
        return attempt_directory(self._attempts_dir, run_id, StepRunKey(step_id, iteration, attempt))

    def _lines(self, run_id: str, step_id: str, iteration: int, attempt: int, after_line: int) -> Iterator[bytes]:
        directory = self._directory(run_id, step_id, iteration, attempt)
        if directory is None or not directory.log.is_file():
            return
        with directory.log.open("rb") as log:
            for _ in range(_seek(log, directory, max(0, after_line))):
                if not log.readline().endswith(b"\n"):
                    return
            while (line := log.readline()).endswith(b"\n"):
                yield line


def _parse(line: bytes) -> LogLine:
    return LogLine.model_validate_json(line)


def _seek(log: io.BufferedReader, directory: AttemptDirectory, after_line: int) -> int:
    """Go to the nearest indexed line at or before `after_line` + 1; the number of lines left to pass over."""
    entry = min(after_line // INDEX_EVERY, _index_entries(directory) - 1)
    if entry <= 0:
        return after_line
    with directory.log_index.open("rb") as index:
        index.seek(entry * OFFSET.size)
        log.seek(OFFSET.unpack(index.read(OFFSET.size))[0])
    return after_line - entry * INDEX_EVERY


def _index_entries(directory: AttemptDirectory) -> int:
    return directory.log_index.stat().st_size // OFFSET.size if directory.log_index.exists() else 0


def _indexed_lines(directory: AttemptDirectory) -> int:
    """A line number that is at most INDEX_EVERY below the last one."""
    return max(0, _index_entries(directory) - 1) * INDEX_EVERY
