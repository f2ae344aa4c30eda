"""Where the time of a warm step goes: the stages between the moment at which a step could begin and the one at which
its end is committed, one after the other, from what really happened in a chain. Together they are the whole.

The server's part is timed by `timed_server`. The processes' part is read from the attempt's directory: the modification
times of its files (the kernel's clock for these ticks every few milliseconds) and what the step itself printed.
"""

import json
import sys
import tempfile
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks.figure import Figure, median, spread
from benchmarks.warm.ways import by_octopus, get_ready
from benchmarks.warm.workloads import chain
from octopus.execution import attempt_files
from tests.support.server import ServerProcess

LENGTH, RUNS = 10, 5
Times = Mapping[str, int]

STAGES = (
    "look for an earlier result, wait for a slot",
    "create the MLflow run",
    "hand over to a thread",
    "prepare the directory, copy the project",
    "back from the thread",
    "orders, and the fork server has forked",
    "the fork is the supervisor, and has its lock",
    "the supervisor has forked `mlflow run`",
    "`mlflow run` has read the project",
    "fork of the step, until its first line",
    "the step",
    "the step's end, until `mlflow run` knows",
    "`mlflow run` ends, the supervisor has recorded it",
    "seen by the server",
    "collect metrics and outputs",
    "is what it read unchanged?",
    "close the MLflow run",
    "word the end, until the database is asked",
    "commit",
)
"""Each ends at a moment; the next begins there."""


class TimedServer(ServerProcess):
    @property
    def notes(self) -> Path:
        return self.data_dir.parent / "notes"

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "benchmarks.warm.timed_server", str(self.notes), *super().command[1:]]


def measure() -> Iterator[Figure]:
    stages, totals = _measured(LENGTH, RUNS)
    yield Figure("a warm step that does nothing, from end to end", median(totals), "ms", detail=spread(totals, "ms"))
    for stage in STAGES:
        share = median(stages[stage]) / median(totals) * 100
        detail = f"{share:.0f} % of it; {spread(stages[stage], 'ms')}"
        yield Figure(f"  {stage}", median(stages[stage]), "ms", detail=detail)


def _measured(length: int, runs: int) -> tuple[Mapping[str, list[float]], list[float]]:
    stages: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="octopus-bench-") as folder:
        server = TimedServer(Path(folder) / "data")
        server.up()
        try:
            run_ids = _run(server, Path(folder), length, runs)
        finally:
            server.stop()
        notes = _Notes(server.notes)
        attempts = [server.data_dir / "attempts" / run_id / f"s{n}.1.1" for run_id in run_ids for n in range(length)]
        moments = [_moments(notes, directory) for directory in attempts]
    for of_step in moments:
        for stage, (began, ended) in zip(STAGES, pairwise(of_step), strict=True):
            stages[stage].append((ended - began) / 1e6)
    return stages, [(of_step[-1] - of_step[0]) / 1e6 for of_step in moments]


def _run(server: ServerProcess, folder: Path, length: int, runs: int) -> list[str]:
    """The first run is not counted."""
    with server.client() as client:
        get_ready(client, folder)
        document = chain("tell", length)
        return [by_octopus(client, document, "warm")[0] for _ in range(runs + 1)][1:]


class _Notes:
    """What `timed_server` has written: steps of a chain never overlap, so that time alone tells which is whose."""

    def __init__(self, file: Path) -> None:
        self._began: dict[str, list[int]] = defaultdict(list)
        self._ended: dict[str, list[int]] = defaultdict(list)
        for line in file.read_text().splitlines():
            name, began, ended = json.loads(line)
            self._began[name].append(began)
            self._ended[name].append(ended)

    def last_before(self, name: str, moment: int) -> tuple[int, int]:
        """(beginning, end) of the last such call that had ended by then."""
        place = bisect_right(self._ended[name], moment) - 1
        assert place >= 0, (name, moment)
        return self._began[name][place], self._ended[name][place]

    def first_after(self, name: str, moment: int) -> tuple[int, int]:
        """(beginning, end) of the first such call that began then or later."""
        place = bisect_left(self._began[name], moment)
        assert place < len(self._began[name]), (name, moment)
        return self._began[name][place], self._ended[name][place]


def _moments(notes: _Notes, directory: Path) -> Sequence[int]:
    """Nanoseconds since the epoch; none is before the one before it, however coarse the kernel's clock."""
    written = {file.name: file.stat().st_mtime_ns for file in directory.iterdir()}
    first, last = _printed(directory / attempt_files.LOG)
    started = notes.last_before("start", first)
    prepared = notes.last_before("prepare", started[0])
    created = notes.last_before("create_run", prepared[0])
    collected = notes.first_after("collect", last)
    closed = notes.first_after("close_run", collected[1])
    committed = notes.first_after("append", closed[1])
    could_begin = notes.last_before("append", created[0])
    moments = [
        could_begin[1],
        *created,
        *prepared,
        *started,
        written[attempt_files.LOCK],
        written[attempt_files.PROCESSES],
        written[attempt_files.STORAGE],
        first,
        last,
        written[attempt_files.EXIT_CODE],
        written[attempt_files.EXIT],
        *collected,
        *closed,
        *committed,
    ]
    return _in_order(moments)


def _in_order(moments: Sequence[int]) -> list[int]:
    ordered: list[int] = []
    for moment in moments:
        ordered.append(max(moment, ordered[-1]) if ordered else moment)
    return ordered


def _printed(log: Path) -> tuple[int, int]:
    """When the step's first line ran, and its last one."""
    words = [json.loads(line)["text"].split() for line in log.read_text().splitlines()]
    said = {line[0]: int(line[1]) for line in words if len(line) == 2 and line[0] in ("first", "last")}
    return said["first"], said["last"]
