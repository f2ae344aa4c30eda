"""Calls an ordinary function in a thread of its own, so that it holds up neither its run nor anybody else."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import Any

MOST_THREADS = 200
"""Of one run at a time: more would only wait for one another, and each reserves memory for its stack."""


class Threads:
    """The threads of one run. They are daemons: a function that never returns keeps no program from ending."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(MOST_THREADS)

    async def call(self, work: Callable[[], Any]) -> Any:
        """What `work` returns or raises. When the waiting is cancelled the thread goes on and its result is lost."""
        async with self._room:
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[Any] = loop.create_future()
            context = contextvars.copy_context()
            thread = threading.Thread(target=_work, args=(context, work, loop, answer), name="flow-step", daemon=True)
            thread.start()
            return await answer


def portable(raised: BaseException) -> Exception:
    """`raised`, in another dress if it would end more than the step: asyncio and generators have their own use for
    StopIteration, GeneratorExit and CancelledError, and SystemExit ends programs."""
    if isinstance(raised, Exception) and not isinstance(raised, (StopIteration, StopAsyncIteration)):
        return raised
    return RuntimeError(f"the handler ended with {type(raised).__name__}: {raised}")


def _work(
    context: contextvars.Context,
    work: Callable[[], Any],
    loop: asyncio.AbstractEventLoop,
    answer: asyncio.Future[Any],
) -> None:
    result: Any = None
    error: Exception | None = None
    try:
        result = context.run(work)
    except BaseException as raised:
        error = portable(raised)

    def give() -> None:
        if answer.done():
            return
        if error is None:
            answer.set_result(result)
        else:
            answer.set_exception(error)

    try:
        loop.call_soon_threadsafe(give)
    except RuntimeError:
        return  # The run is over and its event loop closed: nobody waits any more.
