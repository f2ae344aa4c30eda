"""The log of an attempt: every line numbered, nothing lost, any part of it read at once."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octopus.domain.base import timestamp
from octopus.domain.event import LogLine
from octopus.engine.signals import StepRunKey
from octopus.execution.log.lines import LINE_LIMIT, LineSplitter
from octopus.execution.log.reader import LogReader
from octopus.execution.log.writer import INDEX_EVERY, LogWriter

RUN = "r1"


class Attempt:
    """An attempt's log in a temporary folder, with the reader that a server has."""

    def __init__(self, folder: Path) -> None:
        directory = folder / RUN / "train.1.1"
        directory.mkdir(parents=True)
        self.heard: list[tuple[str, str]] = []
        self.log = directory / "log"
        self.writer = LogWriter(self.log, directory / "log.index", lambda *line: self.heard.append(line))
        self.reader = LogReader(folder)

    def read(self, after_line: int = 0, limit: int = 1000) -> list[LogLine]:
        return self.reader.read(RUN, "train", 1, 1, after_line, limit)

    def texts(self) -> list[str]:
        return [line.text for line in self.read(limit=100_000)]


@pytest.fixture
def attempt(tmp_path: Path) -> Attempt:
    return Attempt(tmp_path)


def test_lines_of_both_streams_are_numbered_in_order_of_arrival(attempt: Attempt) -> None:
    attempt.writer.add("stdout", b"one\ntwo\n")
    attempt.writer.add("stderr", b"oh\n")
    attempt.writer.add("stdout", b"three\n")
    assert [(line.n, line.stream, line.text) for line in attempt.read()] == [
        (1, "stdout", "one"),
        (2, "stdout", "two"),
        (3, "stderr", "oh"),
        (4, "stdout", "three"),
    ]
    assert attempt.heard == [("stdout", "one"), ("stdout", "two"), ("stderr", "oh"), ("stdout", "three")]


def test_a_line_is_there_once_its_newline_or_the_end_has_come(attempt: Attempt) -> None:
    assert not attempt.writer.add("stdout", b"half a ")
    assert attempt.texts() == []
    assert attempt.writer.add("stdout", b"line\nrest")
    assert attempt.texts() == ["half a line"]
    assert attempt.writer.end("stdout")
    assert not attempt.writer.end("stderr")
    assert attempt.texts() == ["half a line", "rest"]


def test_empty_lines_count_and_windows_line_ends_do_not_show(attempt: Attempt) -> None:
    attempt.writer.add("stdout", b"\n\r\na\r\n\n")
    assert attempt.texts() == ["", "", "a", ""]


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        (b"\xff\xfe ok\n", "\ufffd\ufffd ok"),
        (b"nul \x00 esc \x1b[31m\n", "nul \x00 esc \x1b[31m"),
        ("\u202e<script>\u2028\n".encode(), "\u202e<script>\u2028"),
        (b"10 %\r20 %\r30 %\n", "10 %\r20 %\r30 %"),
    ],
)
def test_any_bytes_are_one_readable_line(attempt: Attempt, printed: bytes, text: str) -> None:
    attempt.writer.add("stdout", printed)
    assert attempt.texts() == [text]


def test_a_line_longer_than_the_limit_is_split_between_characters(attempt: Attempt) -> None:
    line = "ä" * LINE_LIMIT
    data = line.encode() + b"\n"
    for start in range(0, len(data), 4095):
        attempt.writer.add("stdout", data[start : start + 4095])
    texts = attempt.texts()
    assert "".join(texts) == line
    assert max(len(text.encode()) for text in texts) <= LINE_LIMIT


@given(st.lists(st.binary(max_size=50), max_size=20), st.data())
def test_how_the_bytes_arrive_does_not_matter(lines: list[bytes], data: st.DataObject) -> None:
    clean = [line.replace(b"\n", b"") for line in lines]
    stream = b"".join(line + b"\n" for line in clean)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=5)))
    splitter, found = LineSplitter(), list[str]()
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += splitter.feed(stream[start:end])
    assert [*found, *splitter.close()] == [line.decode("utf-8", errors="replace").removesuffix("\r") for line in clean]


def test_a_read_starts_after_any_line_and_stops_at_the_limit(attempt: Attempt) -> None:
    count = INDEX_EVERY * 3 + 7
    attempt.writer.add("stdout", b"".join(b"line %d\n" % n for n in range(1, count + 1)))
    for after in (0, 1, INDEX_EVERY - 1, INDEX_EVERY, INDEX_EVERY + 1, count - 1, count, count + 500):
        expected = list(range(after + 1, min(after + 6, count + 1)))
        assert [line.n for line in attempt.read(after, 5)] == expected
        assert all(line.text == f"line {line.n}" for line in attempt.read(after, 5))
    assert [line.n for line in attempt.reader.tail(RUN, "train", 1, 1, 300)] == list(range(count - 299, count + 1))
    assert [line.n for line in attempt.reader.tail(RUN, "train", 1, 1, 10_000)] == list(range(1, count + 1))


def test_a_read_far_into_a_large_file_touches_only_the_lines_around_it(attempt: Attempt) -> None:
    count = INDEX_EVERY * 200
    attempt.writer.add("stdout", b"x\n" * count)
    damaged = attempt.log.read_bytes()
    attempt.log.write_bytes(damaged[:20].replace(b"n", b"?") + damaged[20:])  # nobody may look at the beginning
    assert [line.n for line in attempt.read(count - 3)] == [count - 2, count - 1, count]


def test_a_line_that_is_still_being_written_is_not_there_yet(attempt: Attempt) -> None:
    attempt.writer.add("stdout", b"whole\n")
    with attempt.log.open("ab") as file:
        file.write(b'{"n":2,"at":"2026')
    assert attempt.texts() == ["whole"]


@pytest.mark.anyio
async def test_search_finds_lines_whatever_their_case(attempt: Attempt) -> None:
    attempt.writer.add("stdout", b"Loss 0.1\nother\nLOSS 0.2\nloss 0.3\n")
    found = await attempt.reader.search(RUN, "train", 1, 1, "loss")
    assert [line.n for line in found] == [1, 3, 4]
    assert [line.n for line in await attempt.reader.search(RUN, "train", 1, 1, "loss", 1, 1)] == [3]
    assert await attempt.reader.search(RUN, "train", 1, 1, "stdout") == []


def test_what_does_not_exist_has_no_lines(attempt: Attempt) -> None:
    assert attempt.reader.read("other", "train", 1, 1) == []
    assert attempt.reader.read(RUN, "train", 1, 2) == []
    assert attempt.reader.attempts("other") == []


@pytest.mark.parametrize(
    ("run_id", "step_id"), [("..", "train"), ("r1/../r1", "train"), (RUN, "../r1/train"), ("", "")]
)
def test_a_name_that_leads_elsewhere_names_nothing(attempt: Attempt, run_id: str, step_id: str) -> None:
    attempt.writer.add("stdout", b"secret\n")
    assert attempt.reader.read(run_id, step_id, 1, 1) == []
    assert attempt.reader.attempts("../" + RUN) == []


def test_the_attempts_of_a_run_are_listed_oldest_first(tmp_path: Path) -> None:
    for number, name in enumerate(["b.1.1", "a.1.1", "a.1.2", "a.10.1", "not an attempt"]):
        directory = tmp_path / RUN / name
        directory.mkdir(parents=True)
        (directory / "spec.json").write_text(json.dumps({}))
        os.utime(directory / "spec.json", ns=(number, number))
    assert LogReader(tmp_path).attempts(RUN) == [
        StepRunKey("b", 1, 1),
        StepRunKey("a", 1, 1),
        StepRunKey("a", 1, 2),
        StepRunKey("a", 10, 1),
    ]


def test_a_full_disk_loses_nothing_once_there_is_room_again(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    real_write, full = os.write, True

    def write(file: int, data: bytes) -> int:
        if full and len(data) > 10:
            return real_write(file, bytes(data[:10]))
        if full:
            raise OSError(28, "No space left on device")
        return real_write(file, data)

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(OSError, match="No space left"):
        attempt.writer.add("stdout", b"one\ntwo\n")
    full = False
    attempt.writer.flush()
    attempt.writer.add("stdout", b"three\n")
    assert [(line.n, line.text) for line in attempt.read()] == [(1, "one"), (2, "two"), (3, "three")]


def test_a_full_log_says_so_once_and_hears_on(tmp_path: Path) -> None:
    heard: list[str] = []
    writer = LogWriter(tmp_path / "log", tmp_path / "log.index", lambda _, text: heard.append(text), cap_bytes=200)
    writer.add("stdout", b"one\n")
    writer.add("stderr", b"x" * 200 + b"\n" + "schön\n".encode())
    writer.add("stdout", b"three\n")
    texts = [json.loads(line)["text"] for line in (tmp_path / "log").read_text().splitlines()]
    assert texts == ["one", "octopus: this log is full (200 bytes); what the step prints from here on is dropped"]
    assert writer.dropped_bytes == 201 + len("schön\n".encode()) + len(b"three\n")
    assert heard == ["one", "x" * 200, "schön", "three"]
    assert (writer.count, writer.is_behind) == (2, False)
    writer.close()


def test_a_time_of_a_line_reads_like_every_other_time(attempt: Attempt) -> None:
    before = timestamp(datetime.now(UTC))
    attempt.writer.add("stdout", b"now\n")
    assert before <= attempt.read()[0].at <= timestamp(datetime.now(UTC))


def test_what_the_disk_never_took_is_not_counted_as_written(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt.writer.add("stdout", b"one\n")

    def write(_file: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(OSError, match="No space left"):
        attempt.writer.add("stdout", b"two\n")
    assert attempt.writer.is_behind
    attempt.writer.give_up()
    assert (attempt.writer.count, attempt.writer.is_behind) == (1, False)
    assert attempt.texts() == ["one"]
