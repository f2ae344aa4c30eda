"""Recovery: runs that an earlier server had under way -> executions that go on, or where that cannot be, no process
left, MLflow runs closed, the missing events recorded. Also for a run whose execution failed inside octopus itself."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from octopus.domain.errors import StorageUnavailable
from octopus.domain.run import RunRecord
from octopus.domain.status import RunStatus
from octopus.engine.abandon import abandon
from octopus.execution.backends.process_tree import kill_marked
from octopus.execution.executor import RunExecution
from octopus.execution.host import Host
from octopus.execution.ports import RunStore
from octopus.execution.restoring import CannotGoOn, restored

_LOG = logging.getLogger(__name__)

TakeUp = Callable[[Sequence[tuple[RunRecord, RunExecution]]], None]


class Recovery:
    """`take_up` gets the executions that go on, in the order in which their runs were queued. Every step of it may be
    repeated."""

    def __init__(self, host: Host, store: RunStore, take_up: TakeUp) -> None:
        self._host = host
        self._store = store
        self._take_up = take_up
        self._to_restore: dict[str, RunRecord] = {}
        self._to_end: dict[str, tuple[RunRecord, str]] = {}

    @property
    def is_restoring(self) -> bool:
        return bool(self._to_restore)

    def restore_later(self, records: Sequence[RunRecord]) -> None:
        self._to_restore.update({record.id: record for record in records})

    def end_later(self, record: RunRecord, reason: str) -> None:
        self._to_end[record.id] = (record, reason)

    async def tick(self) -> None:
        """One try for everything; raises what went wrong with the first of those that failed."""
        await self._restore()
        outcomes = await asyncio.gather(
            *(self._end(record, reason) for record, reason in list(self._to_end.values())), return_exceptions=True
        )
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    async def _restore(self) -> None:
        if not self._to_restore:
            return
        records = list(self._to_restore.values())
        outcomes = await asyncio.gather(*(self._restored(record) for record in records))
        found = [(record, run) for record, run in zip(records, outcomes, strict=True) if run is not None]
        for record in records:
            del self._to_restore[record.id]
        self._take_up(found)

    async def _restored(self, record: RunRecord) -> RunExecution | None:
        """None: it is to be ended. Raises StorageUnavailable: then nothing has been done."""
        try:
            return await restored(self._host, self._store, record)
        except StorageUnavailable:
            raise
        except CannotGoOn as error:
            reason = str(error)
        except Exception as error:
            _LOG.exception("run %s cannot be restored", record.id)
            reason = f"octopus itself failed: {type(error).__name__}: {error}"
        self._to_end[record.id] = (record, reason)
        return None

    async def _end(self, record: RunRecord, reason: str) -> None:
        """The run's steps that were under way are lost, and the run is over."""
        await kill_marked(self._host.settings.attempts_dir / record.id)
        was_cancelled = record.status is RunStatus.CANCELLING
        await self._host.closings.close_all_of(record.id, "KILLED" if was_cancelled else "FAILED")
        missing = abandon(record.id, await self._store.events(record.id), self._host.clock(), reason)
        if missing:
            await self._store.append(record.id, missing)
            self._host.audience.publish(record.id, missing)
        del self._to_end[record.id]
        _LOG.info("run %s was ended: %s", record.id, reason)
