"""A watcher of a run, as a client would be: it collects what a subscription yields and can wait for a moment."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from octopus.domain.event import Event, LogBatch, LogLine
from octopus.stream.hub import Hub

LIMIT_S = 20.0


class Watcher:
    """`slow`: it hands control back after every batch, so that others act in between."""

    def __init__(self, hub: Hub, run_id: str, after: int = 0) -> None:
        self._batches: AsyncGenerator[list[Event | LogBatch], None] = hub.subscribe(run_id, after)
        self.items: list[Event | LogBatch] = []
        self.task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        async with aclosing(self._batches) as batches:
            async for batch in batches:
                assert batch, "an empty batch says nothing"
                self.items += batch

    async def until_the_end(self) -> "Watcher":
        await asyncio.wait_for(self.task, LIMIT_S)
        return self

    async def leave(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    @property
    def events(self) -> list[Event]:
        return [item for item in self.items if not isinstance(item, LogBatch)]

    @property
    def last_seq(self) -> int:
        return self.events[-1].seq if self.events else 0

    def lines(self, step_id: str) -> list[LogLine]:
        return [
            line for item in self.items if isinstance(item, LogBatch) and item.step_id == step_id for line in item.lines
        ]

    def order(self) -> list[str]:
        """What came, in order: `kind` of events, `log <step> <n>` per line."""
        return [
            entry
            for item in self.items
            for entry in (
                [f"log {item.step_id} {line.n}" for line in item.lines] if isinstance(item, LogBatch) else [item.kind]
            )
        ]


async def settle() -> None:
    """Let everybody who can go on do so."""
    for _ in range(20):
        await asyncio.sleep(0)
