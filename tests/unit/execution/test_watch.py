"""All live attempts are looked at again and again; none of them can hold up another."""

import asyncio

import pytest

from octopus.execution.backends.watch import Watch

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


async def test_everybody_is_looked_at_until_there_is_nothing_new() -> None:
    watch, long, short = Watch(), Watched(5), Watched(2)
    watch.add(long)
    watch.add(short)
    await all_over(long, short)
    assert (long.looked, short.looked) == (5, 2)


async def test_the_watch_begins_again_for_whoever_comes_later() -> None:
    watch, first, second = Watch(), Watched(1), Watched(1)
    watch.add(first)
    await all_over(first)
    assert watch.ages_s() == {}
    watch.add(second)
    await all_over(second)
    assert (first.looked, second.looked) == (1, 1)


async def test_one_that_fails_is_looked_at_again_and_holds_up_nobody(caplog: pytest.LogCaptureFixture) -> None:
    watch, shaky, steady = Watch(), Watched(4, frozenset({1, 2})), Watched(3)
    watch.add(shaky)
    watch.add(steady)
    await all_over(shaky, steady)
    assert (shaky.looked, steady.looked) == (4, 3)
    assert caplog.text.count("the disk is gone") >= 2


async def test_the_age_of_the_last_good_round_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, endless = Watch(), Watched(10**9)
    watch.add(endless)
    await asyncio.sleep(0.01)
    assert 0 <= watch.ages_s()["attempts"] < 10
