"""Runs: the service that starts, cancels and shows runs. It accepts a run only once it is stored, puts it into the
queue, and after a restart takes up what was accepted before."""

import asyncio
import logging
import uuid
from collections.abc import Callable

from pydantic import JsonValue

from octopus.compiler.plan import Plan
from octopus.domain.errors import Conflict, NotFound, PipelineHasProblems
from octopus.domain.event import Event
from octopus.domain.fold import fold_all
from octopus.domain.pipeline import PipelineDocument
from octopus.domain.run import Idempotency, RunRecord, RunState
from octopus.domain.tracking import Tracking
from octopus.engine.machine import RunMachine
from octopus.execution.backends.protocol import Backend
from octopus.execution.clock import Clock
from octopus.execution.closings import Closings
from octopus.execution.executor import RunExecution
from octopus.execution.host import Host
from octopus.execution.loops import Loops
from octopus.execution.ports import Audience, RunStore
from octopus.execution.queue import RunQueue
from octopus.execution.recovery import Recovery
from octopus.execution.settings import ExecutionSettings
from octopus.execution.slots import Slots

_LOG = logging.getLogger(__name__)
_RECOVERY_RETRY_S = 1.0
_STOP_MARGIN_S = 1.0
"""After the grace, for MLflow runs to be closed and events to be committed."""

SERVER_STOPPED = "the server stopped while the run was going on"


class Runs:
    """`compile_plan`: for runs that were accepted before a restart and had not begun."""

    def __init__(
        self,
        *,
        store: RunStore,
        audience: Audience,
        tracking: Tracking,
        backend: Backend,
        settings: ExecutionSettings,
        compile_plan: Callable[[PipelineDocument], Plan],
    ) -> None:
        clock = Clock()
        closings = Closings(tracking, settings.closings_dir, settings.tracking_budget_s)
        self._host = Host(settings, tracking, backend, audience, Slots(settings.max_steps), closings, clock)
        self._store = store
        self._compile_plan = compile_plan
        self._recovery = Recovery(self._host, store)
        self._queue = RunQueue(self._drive, settings.max_active_runs, settings.max_queued_runs)
        self._live: dict[str, RunExecution] = {}
        self._records: dict[str, RunRecord] = {}
        self._to_recover: dict[str, tuple[RunRecord, str]] = {}
        self.loops = Loops()

    async def open(self) -> None:
        """Call once, before the first `start`. Takes up what an earlier server left, in the background; raises
        StorageUnavailable if the database does not answer."""
        for record in await self._store.unfinished_runs():
            events = await self._store.events(record.id)
            if len(events) > 1 or not self._queue_again(record, events):
                self._to_recover[record.id] = (record, SERVER_STOPPED)
        self.loops.start("recovery", _RECOVERY_RETRY_S, self._recover)
        self.loops.start("closings", self._host.settings.closing_retry_s, self._host.closings.retry)

    async def start(
        self,
        document: PipelineDocument,
        plan: Plan,
        *,
        pipeline_id: str | None = None,
        pipeline_version: int | None = None,
        parameters: dict[str, JsonValue] | None = None,
        idempotency: Idempotency | None = None,
    ) -> tuple[RunRecord, bool]:
        """(record, True), or (the earlier run's record, False) for a repeated Idempotency-Key. Raises QueueFull,
        Conflict (key used with another body) and StorageUnavailable."""
        self._queue.check_room()
        at = self._host.clock()
        record = RunRecord(
            id=uuid.uuid4().hex,
            pipeline_id=pipeline_id,
            pipeline_version=pipeline_version,
            name=document.name,
            document=document,
            parameters=parameters or {},
            queued_at=at,
        )
        machine = RunMachine(record.id, plan)
        first = machine.queued(at, record.parameters).events
        stored, is_new = await self._store.create_run(record, first, idempotency)
        if is_new:
            self._host.audience.publish(record.id, first)
            self._enqueue(record, plan, machine, first)
        return stored, is_new

    async def cancel(self, run_id: str) -> None:
        """Returns at once; the run ends later. Repeating it is harmless. Raises NotFound, and Conflict for a run that
        has ended."""
        if execution := self._live.get(run_id):
            execution.cancel()
            self._queue.withdraw(execution)
            return
        record = await self._store.get_run(run_id)
        if record is None:
            raise NotFound(f"There is no run {run_id}.")
        if record.status.is_terminal:
            raise Conflict(f"The run has ended already: {record.status}.", code="run_has_ended")

    async def view(self, run_id: str) -> RunState:
        """Where the run stands. Raises NotFound."""
        if execution := self._live.get(run_id):
            return execution.state
        events = await self._store.events(run_id)
        if not events:
            raise NotFound(f"There is no run {run_id}.")
        return fold_all(run_id, events)

    def is_live(self, run_id: str) -> bool:
        """Whether more events will come from here."""
        return run_id in self._live or run_id in self._to_recover

    async def shutdown(self, grace_s: float) -> None:
        """End every step that runs (runs end cancelled) and close their MLflow runs. Runs that wait for their turn are
        taken up by the next start. What has not ended soon after `grace_s` is left to the next start, too."""
        ending = asyncio.create_task(self._queue.close())
        for execution in list(self._live.values()):
            if not self._queue.is_waiting(execution):
                execution.cancel()
        await asyncio.sleep(0)
        hurrying = [asyncio.create_task(execution.hurry(grace_s)) for execution in self._live.values()]
        await asyncio.wait([ending, *hurrying], timeout=grace_s + _STOP_MARGIN_S)
        ending.cancel()
        for running in hurrying:
            running.cancel()
        await self.loops.stop()

    def _queue_again(self, record: RunRecord, events: list[Event]) -> bool:
        """Whether a run that had not begun could be put back into the queue."""
        try:
            plan = self._compile_plan(record.document)
        except PipelineHasProblems:
            return False
        machine = RunMachine(record.id, plan)
        if tuple(events) != machine.queued(record.queued_at, record.parameters).events:
            return False
        self._enqueue(record, plan, machine, tuple(events))
        return True

    def _enqueue(self, record: RunRecord, plan: Plan, machine: RunMachine, first: tuple[Event, ...]) -> None:
        execution = RunExecution(self._host, self._store, record, plan, machine, first)
        self._live[record.id] = execution
        self._records[record.id] = record
        self._queue.put(execution)

    async def _drive(self, execution: RunExecution, admitted: bool) -> None:
        try:
            await execution.drive(admitted=admitted)
        except Exception as error:
            _LOG.exception("run %s failed inside octopus", execution.run_id)
            reason = f"octopus itself failed: {type(error).__name__}: {error}"
            self._to_recover[execution.run_id] = (self._records[execution.run_id], reason)
        finally:
            del self._live[execution.run_id]
            del self._records[execution.run_id]

    async def _recover(self) -> None:
        """One try for every run that is to be ended; raises what went wrong with the first of those that failed."""

        async def end(record: RunRecord, reason: str) -> None:
            await self._recovery.end(record, reason)
            del self._to_recover[record.id]

        tries = [end(record, reason) for record, reason in self._to_recover.values()]
        for outcome in await asyncio.gather(*tries, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
