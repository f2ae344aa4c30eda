"""What a step says of its progress."""

from pathlib import Path

import pytest

from octopus.execution.progress import MESSAGE_LIMIT, ProgressFile, Reported


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events"


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_only_the_newest_progress_counts_and_is_told_once(path: Path) -> None:
    progress = ProgressFile(path)
    assert progress.latest() is None
    append(path, '{"kind":"progress","fraction":0.1}\n{"kind":"progress","fraction":0.4,"message":"tree 40"}\n')
    assert progress.latest() == Reported(0.4, "tree 40")
    assert progress.latest() is None
    append(path, '{"kind":"progress","fraction":0.4,"message":"tree 40"}\n')
    assert progress.latest() is None


def test_a_line_that_is_still_being_written_waits(path: Path) -> None:
    progress = ProgressFile(path)
    append(path, '{"kind":"progress","fra')
    assert progress.latest() is None
    append(path, 'ction":1}\n')
    assert progress.latest() == Reported(1.0, "")


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        "{}",
        '{"kind":"other","fraction":1}',
        "[" * 3000,
        "x" * 5000,
        '{"kind":"progress","fraction":1,"message":"' + "x" * 5000 + '"}',
    ],
)
def test_a_line_that_is_no_progress_is_passed_over(path: Path, line: str) -> None:
    append(path, f'{line}\n{{"kind":"progress","fraction":0.5}}\n{line}\n')
    assert ProgressFile(path).latest() == Reported(0.5, "")


@pytest.mark.parametrize(
    ("fraction", "seen"), [("-1", 0.0), ("7", 1.0), ("true", None), ('"half"', None), ("null", None), ("NaN", None)]
)
def test_a_fraction_is_a_number_from_0_to_1_or_nothing(path: Path, fraction: str, seen: float | None) -> None:
    append(path, f'{{"kind":"progress","fraction":{fraction},"message":"m"}}\n')
    assert ProgressFile(path).latest() == Reported(seen, "m")


def test_a_message_is_cut_and_anything_else_is_none(path: Path) -> None:
    append(path, '{"kind":"progress","message":"' + "é" * 1000 + '"}\n')
    assert ProgressFile(path).latest() == Reported(None, "é" * MESSAGE_LIMIT)
    append(path, '{"kind":"progress","message":[1]}\n')
    assert ProgressFile(path).latest() == Reported(None, "")


def test_a_flood_is_read_to_its_end(path: Path) -> None:
    append(path, "".join(f'{{"kind":"progress","fraction":0.5,"message":"{n}"}}\n' for n in range(50_000)))
    assert ProgressFile(path).latest() == Reported(0.5, "49999")
