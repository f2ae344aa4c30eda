"""The tail answers what the log file would, and reads it as seldom as it can."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from octopus.domain.event import LogLine
from octopus.stream import log_tail
from octopus.stream.log_tail import LogTail
from tests.support.runs import AT


class LogFile:
    def __init__(self) -> None:
        self.lines: list[LogLine] = []
        self.reads = 0

    def print(self, count: int) -> None:
        for n in range(len(self.lines) + 1, len(self.lines) + 1 + count):
            self.lines.append(LogLine(n=n, at=AT, stream="stdout", text=str(n)))

    def read(self, after_line: int, limit: int) -> Sequence[LogLine]:
        self.reads += 1
        return tuple(self.lines[after_line : after_line + limit])


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12), st.integers(1, 12))), st.integers(1, 6))
def test_any_reader_gets_lines_that_follow_his_own_without_a_gap(steps: list[tuple[int, int, int]], kept: int) -> None:
    before, log_tail.KEPT_LINES = log_tail.KEPT_LINES, kept
    try:
        file = LogFile()
        tail = LogTail(file.read)
    finally:
        log_tail.KEPT_LINES = before
    for printed, after, limit in steps:
        file.print(printed)
        place = min(after, len(file.lines))
        lines = tail.after(place, limit, None)
        assert list(lines) == file.lines[place : place + len(lines)]
        assert lines or place == len(file.lines)


def test_a_log_read_to_its_end_is_left_alone_until_it_grows() -> None:
    file = LogFile()
    tail = LogTail(file.read)
    file.print(3)
    assert [line.n for line in tail.after(0, 10, 1)] == [1, 2, 3]
    assert tail.after(3, 10, 1) == ()
    assert [line.n for line in tail.after(1, 10, 1)] == [2, 3]
    assert file.reads == 1
    file.print(1)
    assert [line.n for line in tail.after(3, 10, 2)] == [4]
    assert file.reads == 2
