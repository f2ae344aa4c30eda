"""Portal: an event loop in a thread of its own, for callers that wait and for callers on another loop."""

import asyncio
import threading
import weakref
from collections.abc import AsyncGenerator, Coroutine, Iterator
from contextlib import aclosing
from typing import Any, TypeVar

T = TypeVar("T")


class Portal:
    """The thread starts with the first call, ends with this object, and never keeps a program from ending."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = threading.Lock()
        self._ending: weakref.finalize[..., Portal] | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_run, args=(self._loop,), name=self._name, daemon=True).start()
                self._ending = weakref.finalize(self, _stop, self._loop)
                self._ending.atexit = False
            return self._loop

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` answers. Whatever interrupts the waiting (Ctrl+C) cancels it."""
        future = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    async def hop(self, work: Coroutine[Any, Any, T]) -> T:
        """The same for a caller on another loop."""
        if asyncio.get_running_loop() is self._loop:
            return await work
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))

    def iterate(self, items: AsyncGenerator[T, None]) -> Iterator[T]:
        """The items one by one; leaving the loop early closes their source."""
        try:
            while (found := self.call(_next(items))) is not None:
                yield found[0]
        finally:
            self.call(items.aclose())

    async def hop_each(self, items: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
        """The same for a caller on another loop."""
        try:
            while (found := await self.hop(_next(items))) is not None:
                yield found[0]
        finally:
            await self.hop(items.aclose())

    def close(self) -> None:
        """End the thread. The next call starts another."""
        with self._starting:
            self._loop = None
            if self._ending is not None:
                self._ending()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def _stop(loop: asyncio.AbstractEventLoop) -> None:
    loop.call_soon_threadsafe(loop.stop)


async def _next(items: AsyncGenerator[T, None]) -> tuple[T] | None:
    """None: there is no further item."""
    try:
        return (await anext(items),)
    except StopAsyncIteration:
        return None


async def pass_on(items: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """The items on the caller's own loop."""
    async with aclosing(items):
        async for item in items:
            yield item
