"""Slots: never more than there are, in order, and none is lost."""

import asyncio

import pytest

from octopus.execution.slots import Slots

pytestmark = pytest.mark.anyio


async def waiting(slots: Slots, count: int) -> list["asyncio.Task[None]"]:
    tasks = [asyncio.create_task(slots.acquire()) for _ in range(count)]
    await asyncio.sleep(0)
    return tasks


async def settled(tasks: list["asyncio.Task[None]"]) -> list[bool]:
    for _ in range(3):
        await asyncio.sleep(0)
    return [one.done() for one in tasks]


async def test_first_come_first_served() -> None:
    slots = Slots(2)
    tasks = await waiting(slots, 4)
    assert await settled(tasks) == [True, True, False, False]
    slots.release()
    assert await settled(tasks) == [True, True, True, False]
    assert slots.in_use == 2
    slots.release()
    assert await settled(tasks) == [True] * 4


async def test_who_gives_up_takes_no_slot_along() -> None:
    slots = Slots(1)
    tasks = await waiting(slots, 3)
    tasks[1].cancel()
    slots.release()
    assert await settled(tasks) == [True, True, True]
    assert tasks[1].cancelled()
    assert slots.in_use == 1


async def test_who_gives_up_just_when_its_turn_comes_hands_it_on() -> None:
    slots = Slots(1)
    tasks = await waiting(slots, 3)
    slots.release()
    tasks[1].cancel()
    assert await settled(tasks) == [True, True, True]
    assert slots.in_use == 1


async def test_what_runs_already_is_let_in_past_the_limit_and_others_wait_for_it() -> None:
    slots = Slots(1)
    slots.occupy()
    slots.occupy()
    tasks = await waiting(slots, 1)
    slots.release()
    assert await settled(tasks) == [False]
    slots.release()
    assert await settled(tasks) == [True]
