"""Server-sent events: a subscription as text, with a sign of life while nothing happens."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from octopus.stream.frames import sse_frames
from octopus.stream.subscription import Batch

SIGN_OF_LIFE_S = 15.0
"""Proxies cut connections that are silent for 30 s or more."""
_COMMENT = ": still here\n\n"


async def sse_stream(batches: AsyncGenerator[Batch, None]) -> AsyncIterator[str]:
    """Ends after the run's last event; the subscription ends with it, or with the client."""
    async with aclosing(batches):
        while True:
            coming = asyncio.ensure_future(anext(batches, None))
            try:
                while not (await asyncio.wait({coming}, timeout=SIGN_OF_LIFE_S))[0]:
                    yield _COMMENT
                batch = await coming
            finally:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)
            if batch is None:
                return
            yield sse_frames(batch)
