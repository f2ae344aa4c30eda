"""Runs: the service that starts, cancels and shows runs. It accepts a run only once it is stored, puts it into the
queue, and after a restart takes up what was accepted before."""

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence

from pydantic import JsonValue

from octopus.compiler.describe import Foreseen
from octopus.compiler.plan import Adopted, Plan
from octopus.compiler.plan_json import plan_to_json
from octopus.domain.errors import Conflict, NotFound
from octopus.domain.fold import fold_all
from octopus.domain.pipeline import BackendName, PipelineDocument
from octopus.domain.results import pipeline_key
from octopus.domain.run import Idempotency, RunRecord, RunState, Scope
from octopus.domain.status import StepStatus
from octopus.domain.tracking import Tracking
from octopus.engine.machine import RunMachine
from octopus.execution.adoption import adoptable
from octopus.execution.backends.cold import ColdBackend
from octopus.execution.backends.protocol import Backend
from octopus.execution.background import BackgroundLoops
from octopus.execution.clock import Clock
from octopus.execution.closings import Closings
from octopus.execution.disk import LOOK_EVERY_S, Disk
from octopus.execution.environments.environments import Environments
from octopus.execution.executor import Beginning, RunExecution
from octopus.execution.foresight import foresee, refuse_missing_results
from octopus.execution.freezing import freeze
from octopus.execution.host import Host
from octopus.execution.ports import Audience, Results, RunStore
from octopus.execution.queue import RunQueue
from octopus.execution.recovery import Recovery
from octopus.execution.reuse.content import ContentDigests
from octopus.execution.reuse.data_files import DataFiles
from octopus.execution.reuse.flights import Flights
from octopus.execution.reuse.lookup import Reuse
from octopus.execution.settings import ExecutionSettings
from octopus.execution.slots import Slots

_LOG = logging.getLogger(__name__)
_RECOVERY_RETRY_S = 1.0
_STOP_MARGIN_S = 1.0
"""After the grace, for MLflow runs to be closed and events to be committed."""
_DETACH_LIMIT_S = 1.0
"""For what is decided to be committed; what is not is decided again by the next server."""


class Runs:
    """`free_bytes`: of the file system that holds the data directory."""

    def __init__(
        self,
        *,
        store: RunStore,
        results: Results,
        audience: Audience,
        tracking: Tracking,
        backend: Backend,
        settings: ExecutionSettings,
        free_bytes: Callable[[], int],
    ) -> None:
        contents = ContentDigests()
        self._host = Host(
            settings=settings,
            tracking=tracking,
            backend=backend,
            audience=audience,
            results=results,
            reuse=Reuse(results, DataFiles(contents, settings.datasets_dir), contents),
            flights=Flights(),
            slots=Slots(settings.max_steps),
            environments=Environments(settings, ColdBackend(settings.bin_dir)),
            closings=Closings(tracking, settings.closings_dir, settings.tracking_budget_s),
            clock=Clock(),
        )
        self._store = store
        self._disk = Disk(free_bytes, settings.min_free_bytes)
        self._recovery = Recovery(self._host, store, self._take_up)
        self._queue = RunQueue(self._drive, settings.max_active_runs, settings.max_queued_runs)
        self._live: dict[str, RunExecution] = {}
        self._records: dict[str, RunRecord] = {}
        self._to_cancel: set[str] = set()
        self.background = BackgroundLoops()

    async def open(self) -> None:
        """Call once, before the first `start`. Takes up what an earlier server left, in the background; raises
        StorageUnavailable if the database does not answer."""
        if unfinished := await self._store.unfinished_runs():
            self._recovery.restore_later(unfinished)
            self._queue.hold()
        self.background.start("recovery", _RECOVERY_RETRY_S, self._recover)
        self.background.start("closings", self._host.settings.closing_retry_s, self._host.closings.retry)
        self.background.start("disk", LOOK_EVERY_S, self._look_at_the_disk)

    async def start(
        self,
        document: PipelineDocument,
        plan: Plan,
        *,
        pipeline_id: str | None = None,
        pipeline_version: int | None = None,
        parameters: dict[str, JsonValue] | None = None,
        profile: str | None = None,
        scope: Scope | None = None,
        force: bool = False,
        backend: BackendName | None = None,
        idempotency: Idempotency | None = None,
    ) -> tuple[RunRecord, bool]:
        """(record, True), or (the earlier run's record, False) for a repeated Idempotency-Key. `parameters`: as they
        were given; the plan has the values. Raises QueueFull, DiskNearlyFull, InvalidRequest (an earlier result that
        is needed is not there), InvalidProject (edited at this moment), Conflict (key used with another body) and
        StorageUnavailable."""
        self._queue.check_room()
        self._disk.check_room()
        await self._check_results(plan, pipeline_key(pipeline_id, document.name))
        await freeze(plan, self._host.settings.snapshots_dir)
        at = self._host.clock()
        record = RunRecord(
            id=uuid.uuid4().hex,
            pipeline_id=pipeline_id,
            pipeline_version=pipeline_version,
            name=document.name,
            document=document,
            plan=plan_to_json(plan),
            parameters=parameters or {},
            profile=profile,
            scope=scope or Scope(),
            force=force,
            backend=backend,
            queued_at=at,
        )
        machine = RunMachine(record.id, plan)
        first = machine.queued(at, of_run=record.scope.of_run).events
        stored, is_new = await self._store.create_run(record, first, idempotency)
        if is_new:
            self._host.audience.publish(record.id, first)
            execution = RunExecution(self._host, self._store, record, plan, machine, Beginning(first))
            self._remember(record, execution)
            self._queue.put(execution)
        return stored, is_new

    async def foresee(self, plan: Plan, pipeline_key: str) -> Mapping[str, Foreseen]:
        """What each step would do if the plan were run now, by step id. Raises StorageUnavailable."""
        return await foresee(plan, self._host.reuse, pipeline_key)

    async def adoptable(self, run_id: str) -> Mapping[str, Adopted | None]:
        """For scope `failed` of this run: RunRequest.succeeded. Raises NotFound, and Conflict while it goes on."""
        state = await self.view(run_id)
        if not state.status.is_terminal:
            raise Conflict(f"The run has not ended yet: {state.status}.", code="run_has_not_ended")
        return adoptable(state)

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
        self._to_cancel.add(run_id)

    async def view(self, run_id: str) -> RunState:
        """Where the run stands. Raises NotFound."""
        if execution := self._live.get(run_id):
            return execution.state
        events = await self._store.events(run_id)
        if not events:
            raise NotFound(f"There is no run {run_id}.")
        return fold_all(run_id, events)

    @property
    def attempts_under_way(self) -> int:
        return self._host.slots.in_use

    @property
    def running_steps(self) -> int:
        """Steps whose process runs now."""
        steps = (step for execution in self._live.values() for step in execution.state.steps)
        return sum(step.status is StepStatus.RUNNING for step in steps)

    async def shutdown(self, grace_s: float | None) -> None:
        """None: steps go on under their supervisors, and the next start takes up everything. A number: end every step
        that runs (runs end cancelled) with this grace and close their MLflow runs; runs that wait for their turn, and
        what has not ended soon after the grace, are taken up by the next start."""
        await self.background.stop()
        ending = asyncio.create_task(self._queue.close())
        if grace_s is None:
            for execution in self._live.values():
                execution.detach()
            await asyncio.wait({ending}, timeout=_DETACH_LIMIT_S)
        else:
            await self._end_steps(ending, grace_s)
        ending.cancel()
        self._queue.leave()
        await self._host.environments.close()

    async def _end_steps(self, ending: "asyncio.Task[None]", grace_s: float) -> None:
        for execution in list(self._live.values()):
            if not self._queue.is_waiting(execution):
                execution.cancel()
        await asyncio.sleep(0)
        hurrying = [asyncio.create_task(execution.hurry(grace_s)) for execution in self._live.values()]
        await asyncio.wait([ending, *hurrying], timeout=grace_s + _STOP_MARGIN_S)
        for running in hurrying:
            running.cancel()

    async def _check_results(self, plan: Plan, key: str) -> None:
        if any(step.mode == "reuse" for step in plan.steps):
            refuse_missing_results(plan, await self.foresee(plan, key))

    def _remember(self, record: RunRecord, execution: RunExecution) -> None:
        self._live[record.id] = execution
        self._records[record.id] = record

    async def _recover(self) -> None:
        await self._recovery.tick()
        if not self._recovery.is_restoring:
            self._queue.release()

    def _take_up(self, found: Sequence[tuple[RunRecord, RunExecution]]) -> None:
        """Runs that had their turn first: their attempts that run already have their slots before anybody new."""
        for record, execution in found:
            self._remember(record, execution)
            if execution.has_begun:
                self._queue.go_on(execution)
        self._queue.put_back([execution for _, execution in found if not execution.has_begun])
        for record, execution in found:
            if record.id in self._to_cancel:
                execution.cancel()
                self._queue.withdraw(execution)

    async def _look_at_the_disk(self) -> None:
        if self._disk.is_very_full:
            for execution in self._live.values():
                execution.cap_logs()

    async def _drive(self, execution: RunExecution, admitted: bool) -> None:
        try:
            await execution.drive(admitted=admitted)
        except Exception as error:
            _LOG.exception("run %s failed inside octopus", execution.run_id)
            reason = f"octopus itself failed: {type(error).__name__}: {error}"
            self._recovery.end_later(self._records[execution.run_id], reason)
        finally:
            del self._live[execution.run_id]
            del self._records[execution.run_id]
