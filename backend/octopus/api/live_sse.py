"""Server-sent events: batches of a run's events and log lines as text frames."""

from collections.abc import AsyncIterator, Sequence

from octopus.domain.event import Event, LogBatch


async def sse_frames(batches: AsyncIterator[Sequence[Event | LogBatch]]) -> AsyncIterator[str]:
    """One frame per message, in order; ends after the run's last event."""
    async for batch in batches:
        yield "".join(_frame(message) for message in batch)


def _frame(message: Event | LogBatch) -> str:
    number = "" if isinstance(message, LogBatch) else f"id: {message.seq}\n"
    return f"event: {message.kind}\n{number}data: {message.model_dump_json()}\n\n"
