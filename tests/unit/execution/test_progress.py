"""What a step says of its progress."""

from pathlib import Path

import pytest

from octopus.execution.progress import MESSAGE_LIMIT, METRICS_AT_ONCE, Measured, ProgressFile, Reported


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events"


def latest(progress: ProgressFile) -> Reported | None:
    news = progress.news()
    assert len(news) <= 1
    return news[0] if news and isinstance(news[0], Reported) else None


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_only_the_newest_progress_counts_and_is_told_once(path: Path) -> None:
    progress = ProgressFile(path)
    assert latest(progress) is None
    append(path, '{"kind":"progress","fraction":0.1}\n{"kind":"progress","fraction":0.4,"message":"tree 40"}\n')
    assert latest(progress) == Reported(0.4, "tree 40")
    assert latest(progress) is None
    append(path, '{"kind":"progress","fraction":0.4,"message":"tree 40"}\n')
    assert latest(progress) is None


def test_a_line_that_is_still_being_written_waits(path: Path) -> None:
    progress = ProgressFile(path)
    append(path, '{"kind":"progress","fra')
    assert latest(progress) is None
    append(path, 'ction":1}\n')
    assert latest(progress) == Reported(1.0, "")


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
    assert latest(ProgressFile(path)) == Reported(0.5, "")


@pytest.mark.parametrize(
    ("fraction", "seen"), [("-1", 0.0), ("7", 1.0), ("true", None), ('"half"', None), ("null", None), ("NaN", None)]
)
def test_a_fraction_is_a_number_from_0_to_1_or_nothing(path: Path, fraction: str, seen: float | None) -> None:
    append(path, f'{{"kind":"progress","fraction":{fraction},"message":"m"}}\n')
    assert latest(ProgressFile(path)) == Reported(seen, "m")


def test_a_message_is_cut_and_anything_else_is_none(path: Path) -> None:
    append(path, '{"kind":"progress","message":"' + "é" * 1000 + '"}\n')
    assert latest(ProgressFile(path)) == Reported(None, "é" * MESSAGE_LIMIT)
    append(path, '{"kind":"progress","message":[1]}\n')
    assert latest(ProgressFile(path)) == Reported(None, "")


def test_a_flood_is_read_to_its_end(path: Path) -> None:
    append(path, "".join(f'{{"kind":"progress","fraction":0.5,"message":"{n}"}}\n' for n in range(50_000)))
    assert latest(ProgressFile(path)) == Reported(0.5, "49999")


def test_the_newest_value_of_every_metric_is_told_once_before_the_progress(path: Path) -> None:
    progress = ProgressFile(path)
    append(path, '{"kind":"metric","name":"loss","value":2,"step":1}\n{"kind":"progress","fraction":0.5}\n')
    append(path, '{"kind":"metric","name":"loss","value":1.5,"step":2}\n{"kind":"metric","name":"f1","value":"NaN"}\n')
    assert progress.news() == [Measured("loss", 1.5, 2), Measured("f1", "NaN", 0), Reported(0.5, "")]
    assert progress.news() == []


@pytest.mark.parametrize(
    "rest",
    ['"name":"","value":1', '"name":"x","value":true', '"name":"x","value":"much"', '"name":7,"value":1', '"name":"x"'],
)
def test_a_metric_without_name_or_number_is_passed_over(path: Path, rest: str) -> None:
    append(path, f'{{"kind":"metric",{rest}}}\n')
    assert ProgressFile(path).news() == []


def test_a_flood_of_names_is_told_in_part(path: Path) -> None:
    append(path, "".join(f'{{"kind":"metric","name":"m{n}","value":1}}\n' for n in range(5_000)))
    assert len(ProgressFile(path).news()) == METRICS_AT_ONCE
