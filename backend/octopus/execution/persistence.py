"""Persistence: a call to MLflow that is repeated while MLflow does not answer, for as long as there is a budget; one to
octopus' own database until it answers, because without it nothing goes on anyway."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from octopus.domain.errors import StorageUnavailable, TrackingUnavailable

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_FIRST_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 5.0


async def persist(
    call: Callable[[], Awaitable[T]],
    budget_s: float,
    *,
    given_up: Callable[[], bool] = lambda: False,
    may_take_longer: bool = False,
) -> T:
    """The call's result. Raises TrackingUnavailable once `budget_s` seconds have passed or `given_up` says so.
    `may_take_longer`: a call that is under way is not broken off (it may be moving gigabytes)."""
    loop = asyncio.get_running_loop()
    deadline, pause_s = loop.time() + budget_s, _FIRST_PAUSE_S
    while True:
        left_s = None if may_take_longer else max(0.01, deadline - loop.time())
        try:
            return await asyncio.wait_for(call(), left_s)
        except TimeoutError as error:
            raise TrackingUnavailable(f"MLflow tracking did not answer for {budget_s:g} s.") from error
        except TrackingUnavailable:
            if given_up() or loop.time() + pause_s >= deadline:
                raise
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)


async def until_stored(call: Callable[[], Awaitable[T]]) -> T:
    """The call's result, however long the database is away. To be given up, cancel it."""
    pause_s = _FIRST_PAUSE_S
    while True:
        try:
            return await call()
        except StorageUnavailable as error:
            _LOG.warning("waiting for the database: %s", error.detail)
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
