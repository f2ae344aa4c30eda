"""Subscription: one reader of one run. Turns the feed into batches of events and log lines in the order everybody sees.

It reads at its client's pace and keeps two numbers, so a slow client costs nobody anything. An attempt's log lines
always come before its terminal event.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence

from octopus.domain import event as e
from octopus.stream.feed import AttemptKey, Feed

BATCH_EVENTS = 500
"""Events in one batch: a frame a browser folds within one animation frame."""
BATCH_LINES = 500
"""Log lines taken from one attempt at a time, so that attempts take turns and events are looked at in between."""
BATCH_CHARACTERS = 256 * 1024
"""Text in one log batch; lines are at most 16 KiB each."""

Batch = list[e.Event | e.LogBatch]

_ATTEMPT_ENDED = (e.StepSucceeded, e.StepFailed, e.StepTimedOut, e.StepLost, e.StepSkipped, e.StepCancelled)


class Subscription:
    """`after`: seq of the last event the client has; it gets the log of every attempt that had not ended by then."""

    def __init__(self, run_id: str, after: int, feed: Feed) -> None:
        self._run_id = run_id
        self._after = after
        self._feed = feed
        self._seq = 0
        self._open: dict[AttemptKey, int] = {}
        self._woken = asyncio.Event()

    async def batches(self) -> AsyncGenerator[Batch, None]:
        """Never an empty batch; ends after the run's last event."""
        self._feed.sleepers.add(self._woken)
        try:
            while True:
                self._woken.clear()
                events = await self._feed.events_after(self._seq, BATCH_EVENTS)
                for batch in self._with_ends(events):
                    yield batch
                if events and events[-1].kind in e.RUN_ENDED:
                    return
                grown = [] if len(events) == BATCH_EVENTS else self._grown_logs()
                for log in grown:
                    yield [log]
                if not events and not grown:
                    await self._woken.wait()
        finally:
            self._feed.sleepers.discard(self._woken)

    def _with_ends(self, events: Sequence[e.Event]) -> Iterator[Batch]:
        """`events` that are new to the client, each terminal one after the rest of its attempt's log."""
        batch: Batch = []
        for event in events:
            self._seq = event.seq
            if isinstance(event, e.StepStarted):
                self._open[_key(event)] = 0
            elif isinstance(event, _ATTEMPT_ENDED):
                for log in self._rest_of_log(_key(event), wanted=event.seq > self._after):
                    if batch:
                        yield batch
                        batch = []
                    yield [log]
            if event.seq > self._after:
                batch.append(event)
        if batch:
            yield batch

    def _rest_of_log(self, key: AttemptKey, *, wanted: bool) -> Iterator[e.LogBatch]:
        """The attempt has ended, so its log is whole."""
        line = self._open.pop(key, None)
        while wanted and line is not None:
            lines = self._feed.lines_after(key, line, BATCH_LINES, insist=True)
            yield from self._log_batches(key, lines)
            line = lines[-1].n if lines else None

    def _grown_logs(self) -> list[e.LogBatch]:
        grown: list[e.LogBatch] = []
        for key, line in self._open.items():
            if lines := self._feed.lines_after(key, line, BATCH_LINES):
                self._open[key] = lines[-1].n
                grown += self._log_batches(key, lines)
        return grown

    def _log_batches(self, key: AttemptKey, lines: Sequence[e.LogLine]) -> Iterator[e.LogBatch]:
        for part in _by_size(lines):
            yield e.LogBatch(
                run_id=self._run_id, step_id=key.step_id, iteration=key.iteration, attempt=key.attempt, lines=part
            )


def _key(event: e.StepStarted | e.StepSucceeded | e._StepEndedBadly) -> AttemptKey:
    return AttemptKey(event.step_id, event.iteration, event.attempt)


def _by_size(lines: Sequence[e.LogLine]) -> Iterator[tuple[e.LogLine, ...]]:
    part: list[e.LogLine] = []
    size = 0
    for line in lines:
        if part and size + len(line.text) > BATCH_CHARACTERS:
            yield tuple(part)
            part, size = [], 0
        part.append(line)
        size += len(line.text)
    if part:
        yield tuple(part)
