"""Following an attempt's process to its end: its progress and what it measures are told on the way, its time limit
holds."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from octopus.execution.backends.protocol import Attempt, Exit
from octopus.execution.progress import EVENTS_PER_S, Measured, ProgressFile, Reported

Tell = Callable[[Reported | Measured], None]

LIMIT_MARGIN_S = 5.0
"""The supervisor keeps the time limit itself; this much later the server does it in its place."""


async def follow(process: Attempt, progress: ProgressFile, tell: Tell, limit_s: float | None, grace_s: float) -> Exit:
    """How it ended. `limit_s`: seconds from now after which it is ended here, None: no limit."""
    telling = asyncio.create_task(_tell_progress(progress, tell))
    try:
        return await _end_of(process, limit_s, grace_s)
    finally:
        telling.cancel()
        _tell_news(progress, tell)


async def _end_of(process: Attempt, limit_s: float | None, grace_s: float) -> Exit:
    try:
        async with asyncio.timeout(limit_s):
            return await process.wait()
    except TimeoutError:
        await process.cancel(grace_s)
        return replace(await process.wait(), timed_out=True)


async def _tell_progress(progress: ProgressFile, tell: Tell) -> None:
    while True:
        await asyncio.sleep(1 / EVENTS_PER_S)
        _tell_news(progress, tell)


def _tell_news(progress: ProgressFile, tell: Tell) -> None:
    for said in progress.news():
        tell(said)
