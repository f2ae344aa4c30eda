"""All live attempts are looked at again and again; none of them can hold up another."""

import asyncio
from pathlib import Path

import pytest

from octopus.execution.backends.watch import Watch
from tests.support.attempts import until

pytestmark = pytest.mark.anyio


class Watched:
    """Over after `looks` looks; every look in `failing` fails."""

    def __init__(self, looks: int, failing: frozenset[int] = frozenset()) -> None:
        self.looked = 0
        self.over = asyncio.Event()
        self._looks = looks
        self._failing = failing

    def look(self) -> bool:
        self.looked += 1
        if self.looked in self._failing:
            raise OSError("the disk is gone")
        if self.looked >= self._looks:
            self.over.set()
        return self.looked >= self._looks


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octopus.execution.backends.watch._LONGEST_PAUSE_S", 0)
    monkeypatch.setattr("octopus.execution.backends.watch._AFTER_A_FAILURE_S", 0)


async def all_over(*watched: Watched) -> None:
    async with asyncio.timeout(30):
        for one in watched:
            await one.over.wait()
        await asyncio.sleep(0)


async def test_everybody_is_looked_at_until_there_is_nothing_new(tmp_path: Path) -> None:
    watch, long, short = Watch(), Watched(5), Watched(2)
    watch.add(long, str(tmp_path))
    watch.add(short, str(tmp_path))
    await all_over(long, short)
    assert (long.looked, short.looked) == (5, 2)


async def test_the_watch_begins_again_for_whoever_comes_later(tmp_path: Path) -> None:
    watch, first, second = Watch(), Watched(1), Watched(1)
    watch.add(first, str(tmp_path))
    await all_over(first)
    assert watch.ages_s() == {}
    watch.add(second, str(tmp_path))
    await all_over(second)
    assert (first.looked, second.looked) == (1, 1)


async def test_one_that_fails_is_looked_at_again_and_holds_up_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    watch, shaky, steady = Watch(), Watched(4, frozenset({1, 2})), Watched(3)
    watch.add(shaky, str(tmp_path))
    watch.add(steady, str(tmp_path))
    await all_over(shaky, steady)
    assert (shaky.looked, steady.looked) == (4, 3)
    assert caplog.text.count("the disk is gone") >= 2


async def test_the_age_of_the_last_good_round_is_known(tmp_path: Path) -> None:
    watch, endless = Watch(), Watched(10**9)
    watch.add(endless, str(tmp_path))
    await asyncio.sleep(0.01)
    assert 0 <= watch.ages_s()["attempts"] < 10


class Reader:
    """Reads a file at each look; over once it is as long as `size`."""

    def __init__(self, file: Path, size: int) -> None:
        self.looked = 0
        self.over = asyncio.Event()
        self._file = file
        self._size = size

    def look(self) -> bool:
        self.looked += 1
        if self._file.stat().st_size >= self._size:
            self.over.set()
        return self.over.is_set()


async def test_what_is_written_is_seen_without_waiting_for_the_next_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("octopus.execution.backends.watch._LONGEST_PAUSE_S", 3600)
    monkeypatch.setattr("octopus.execution.backends.watch._PAUSES_PER_ROUND", 0)
    file = tmp_path / "log"
    file.touch()
    watch, reader = Watch(), Reader(file, 2)
    watch.add(reader, str(tmp_path))
    await until(lambda: reader.looked >= 1)
    for size in (1, 2):
        file.write_bytes(b"x" * size)
    async with asyncio.timeout(30):
        await reader.over.wait()


@pytest.mark.parametrize("gone", ["no inotify at all", "no folder"])
async def test_where_the_kernel_tells_nothing_the_rounds_go_on(
    gone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if gone == "no inotify at all":
        monkeypatch.setattr("octopus.execution.backends.file_events._opened", lambda: None)
    file = tmp_path / "log"
    file.touch()
    watch, reader = Watch(), Reader(file, 1)
    watch.add(reader, str(tmp_path if gone == "no inotify at all" else tmp_path / "gone"))
    await until(lambda: reader.looked >= 3)
    file.write_bytes(b"x")
    async with asyncio.timeout(30):
        await reader.over.wait()
