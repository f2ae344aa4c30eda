"""Recovery: runs whose server died -> no process left, MLflow runs closed, the missing events recorded. Also for a run
whose execution failed inside octopus itself."""

import logging

from octopus.domain.run import RunRecord
from octopus.domain.status import RunStatus
from octopus.engine.abandon import abandon
from octopus.execution.backends.process_tree import kill_marked
from octopus.execution.host import Host
from octopus.execution.ports import RunStore

_LOG = logging.getLogger(__name__)


class Recovery:
    """Every step of it may be repeated."""

    def __init__(self, host: Host, store: RunStore) -> None:
        self._host = host
        self._store = store

    async def end(self, record: RunRecord, reason: str) -> None:
        """The run's steps that were under way are lost, and the run is over."""
        await kill_marked(self._host.settings.attempts_dir / record.id)
        was_cancelled = record.status is RunStatus.CANCELLING
        await self._host.closings.close_all_of(record.id, "KILLED" if was_cancelled else "FAILED")
        missing = abandon(record.id, await self._store.events(record.id), self._host.clock(), reason)
        if missing:
            await self._store.append(record.id, missing)
            self._host.audience.publish(record.id, missing)
        _LOG.info("run %s was ended: %s", record.id, reason)
