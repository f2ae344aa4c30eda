"""RunExecution: one run, from its turn in the queue to its last event. Signals go into the engine's machine; the events
that come out are committed, then published, then the commands are carried out: never in another order."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from typing import Any, assert_never

from octopus.compiler.plan import Plan
from octopus.domain.errors import OctopusError, StorageUnavailable
from octopus.domain.event import Event
from octopus.domain.fold import fold
from octopus.domain.run import RunRecord, RunState
from octopus.domain.status import RunStatus
from octopus.domain.tracking import MlflowStatus
from octopus.engine.commands import CancelAttempt, CloseRun, Command, StartAttempt
from octopus.engine.machine import RunMachine
from octopus.engine.signals import CancelRequested, RunAdmitted, RunClosed, Signal, StepRunKey
from octopus.execution import mlflow_runs
from octopus.execution.attempt import AttemptExecution
from octopus.execution.host import Host
from octopus.execution.persistence import persist
from octopus.execution.ports import RunStore
from octopus.execution.preparation import RunContext
from octopus.execution.values import PortValues

_LOG = logging.getLogger(__name__)
_SIGNALS_AT_ONCE = 100
"""Signals whose events are committed together when many wait."""
_LONGEST_COMMIT_PAUSE_S = 5.0

_CLOSED_AS: dict[RunStatus, MlflowStatus] = {RunStatus.SUCCEEDED: "FINISHED", RunStatus.CANCELLED: "KILLED"}
"""How MLflow calls the end of a run; anything else is FAILED."""


class RunExecution:
    """`first`: the events that are committed already (run.queued)."""

    def __init__(
        self, host: Host, store: RunStore, record: RunRecord, plan: Plan, machine: RunMachine, first: Sequence[Event]
    ) -> None:
        self._host = host
        self._store = store
        self._record = record
        self._plan = plan
        self._machine = machine
        self._steps = {step.id: step for step in plan.steps}
        self._signals: asyncio.Queue[Signal | Exception] = asyncio.Queue()
        self._attempts: dict[StepRunKey, AttemptExecution] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._admission: asyncio.Task[None] | None = None
        self._grace_s: float | None = None
        self._may_have_left_runs = False
        self._context = RunContext(record.id, plan, None, PortValues())
        self.state = RunState(id=record.id)
        for event in first:
            self.state = fold(self.state, event)

    @property
    def run_id(self) -> str:
        return self._record.id

    def cancel(self) -> None:
        """Also for a run that `drive` has not been called for yet: then it never starts."""
        self._signals.put_nowait(CancelRequested(self._host.clock()))

    async def hurry(self, grace_s: float) -> None:
        """End every attempt now, with this grace instead of the usual one."""
        self._grace_s = grace_s
        await asyncio.gather(*(attempt.cancel(grace_s) for attempt in self._attempts.values()))

    async def drive(self, *, admitted: bool) -> None:
        """Returns after the last event. `admitted` False: only to end a run whose turn never came."""
        if admitted:
            self._admission = self._spawn(self._admit())
        try:
            while not self._machine.is_over:
                await self._take(await self._next_signals())
        finally:
            await self._abandon_attempts()

    async def _next_signals(self) -> list[Signal]:
        waiting = [await self._signals.get()]
        while not self._signals.empty() and len(waiting) < _SIGNALS_AT_ONCE:
            waiting.append(self._signals.get_nowait())
        signals: list[Signal] = []
        for signal in waiting:
            if isinstance(signal, Exception):
                raise signal
            signals.append(signal)
        return signals

    async def _take(self, signals: list[Signal]) -> None:
        transitions = [self._machine.handle(signal) for signal in signals]
        await self._commit([event for transition in transitions for event in transition.events])
        for transition in transitions:
            for command in transition.commands:
                self._carry_out(command)

    async def _commit(self, events: list[Event]) -> None:
        """Tries until the database takes them: steps go on meanwhile, and nobody sees what is not committed."""
        if not events:
            return
        pause_s = 0.1
        while True:
            try:
                await self._store.append(self.run_id, events)
                break
            except StorageUnavailable as error:
                _LOG.warning("the events of run %s are not stored yet: %s", self.run_id, error.detail)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_COMMIT_PAUSE_S)
        for event in events:
            self.state = fold(self.state, event)
        self._host.audience.publish(self.run_id, events)

    def _carry_out(self, command: Command) -> None:
        match command:
            case StartAttempt():
                self._start(command)
            case CancelAttempt():
                if attempt := self._attempts.get(command.key):
                    self._spawn(attempt.cancel(self._grace_s))
            case CloseRun():
                self._spawn(self._close(command))
            case _:
                assert_never(command)

    def _start(self, command: StartAttempt) -> None:
        step = self._steps[command.key.step_id]
        attempt = AttemptExecution(self._host, self._context, step, command, self._signals.put_nowait)
        self._attempts[command.key] = attempt

        async def run() -> None:
            ending = await attempt.run()
            self._may_have_left_runs |= attempt.may_have_left_a_run
            del self._attempts[command.key]
            self._signals.put_nowait(ending)

        self._spawn(run())

    async def _admit(self) -> None:
        """Make the MLflow parent run. Without one the run starts all the same: its steps then say why they cannot."""
        new = mlflow_runs.parent_run(self._record, self._plan)
        parent, trouble = None, ""
        try:
            parent = await persist(
                lambda: self._host.tracking.create_run(new),
                self._host.settings.tracking_budget_s,
                may_take_longer=True,
            )
        except OctopusError as error:
            self._may_have_left_runs, trouble = True, error.detail
            _LOG.warning("run %s has no MLflow run: %s", self.run_id, error.detail)
        self._context = RunContext(self.run_id, self._plan, parent, self._context.values, trouble)
        mlflow_run_id, experiment_id = (parent.run_id, parent.experiment_id) if parent is not None else (None, None)
        self._signals.put_nowait(RunAdmitted(self._host.clock(), mlflow_run_id, experiment_id))

    async def _close(self, command: CloseRun) -> None:
        if self._admission is not None and not self._admission.done():
            self._admission.cancel()
            self._may_have_left_runs = True
        parent = self._context.parent
        status = _CLOSED_AS.get(command.status, "FAILED")
        closed = await self._host.closings.close(parent.run_id, status) if parent is not None else "closed"
        if self._may_have_left_runs:
            closed = await self._host.closings.close_all_of(self.run_id, "KILLED")
        self._signals.put_nowait(RunClosed(self._host.clock(), closed))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        """Side by side with `drive`; what goes wrong in it goes wrong in `drive`."""

        async def watched() -> None:
            try:
                await work
            except Exception as error:
                self._signals.put_nowait(error)

        spawned = asyncio.create_task(watched())
        self._under_way.add(spawned)
        spawned.add_done_callback(self._under_way.discard)
        return spawned

    async def _abandon_attempts(self) -> None:
        """Nothing is left of a run that went its way to the end; after a failure in here, everything is ended."""
        for spawned in list(self._under_way):
            spawned.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
