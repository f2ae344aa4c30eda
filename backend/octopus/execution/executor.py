"""RunExecution: one run, from its turn in the queue to its last event. Signals go into the engine's machine; the events
that come out are committed, then published, then the commands are carried out: never in another order."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, assert_never

from octopus.compiler.plan import Plan
from octopus.domain.event import Event
from octopus.domain.results import pipeline_key
from octopus.domain.run import RunRecord, RunState
from octopus.domain.status import RunStatus
from octopus.domain.tracking import MlflowStatus
from octopus.engine.commands import CancelAttempt, CloseRun, Command, StartAttempt, WakeAfter
from octopus.engine.machine import RunMachine
from octopus.engine.signals import (
    CancelRequested,
    RunAdmitted,
    RunClosed,
    Signal,
    StepRunKey,
)
from octopus.execution.admission import Admission
from octopus.execution.attempt import AttemptExecution
from octopus.execution.commits import Commits
from octopus.execution.context import RunContext
from octopus.execution.endings import Ended, Ending
from octopus.execution.host import Host
from octopus.execution.ports import RunStore
from octopus.execution.timers import Timers
from octopus.execution.values import PortValues

_SIGNALS_AT_ONCE = 100
"""Signals whose events are committed together when many wait."""

_KEEPING_PATIENCE_S = 5.0
"""The end of a run is not held up longer by what is still being written into its MLflow run."""

_CLOSED_AS: dict[RunStatus, MlflowStatus] = {RunStatus.SUCCEEDED: "FINISHED", RunStatus.CANCELLED: "KILLED"}
"""How MLflow calls the end of a run; anything else is FAILED."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where an execution begins. `seen`: the events that are committed already; `missing`: those that an earlier server
    had decided and not committed; `outstanding`: the commands it left without an answer; `values`: what step runs have
    left so far. Of a new run only `seen`, which is run.queued."""

    seen: Sequence[Event]
    missing: Sequence[Event] = ()
    outstanding: Sequence[Command] = ()
    values: PortValues | None = None
    is_restored: bool = False


class RunExecution:
    """Made for a new run and, after a restart, for one that an earlier server had under way."""

    def __init__(
        self, host: Host, store: RunStore, record: RunRecord, plan: Plan, machine: RunMachine, beginning: Beginning
    ) -> None:
        self._host = host
        self._plan = plan
        self._machine = machine
        self._beginning = beginning
        self._steps = {step.id: step for step in plan.steps}
        self._signals: asyncio.Queue[Signal | Exception | None] = asyncio.Queue()
        self._attempts: dict[StepRunKey, AttemptExecution] = {}
        self._landing: dict[StepRunKey, AttemptExecution] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._admitting: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._grace_s: float | None = None
        self._may_have_left_runs = False
        self._is_detached = False
        self._commits = Commits(record.id, store, host.audience, beginning.seen)
        self._admission = Admission(host, record, plan)
        self._timers = Timers(host.clock, self._signals.put_nowait)
        self._context = RunContext(
            run_id=record.id,
            pipeline_key=pipeline_key(record.pipeline_id, record.name),
            plan=plan,
            values=beginning.values or PortValues(),
            parent_run_id=self.state.mlflow_run_id,
            is_restored=beginning.is_restored,
            backend=record.backend,
        )

    @property
    def run_id(self) -> str:
        return self._context.run_id

    @property
    def state(self) -> RunState:
        return self._commits.state

    @property
    def has_begun(self) -> bool:
        """It has had its turn, or is only to be ended."""
        return self._machine.status is not RunStatus.QUEUED

    def cancel(self) -> None:
        """Also for a run that `drive` has not been called for yet: then it never starts."""
        self._signals.put_nowait(CancelRequested(self._host.clock()))

    async def hurry(self, grace_s: float) -> None:
        """End every attempt now, with this grace instead of the usual one."""
        self._grace_s = grace_s
        await asyncio.gather(*(attempt.cancel(grace_s) for attempt in self._attempts.values()))

    def detach(self) -> None:
        """Leave everything as it is: `drive` returns soon, steps go on, the next server takes the run up."""
        self._is_detached = True
        self._signals.put_nowait(None)

    def cap_logs(self) -> None:
        """The disk is nearly full: steps that run are to print no more into their logs."""
        for attempt in self._attempts.values():
            attempt.cap_log()

    async def drive(self, *, admitted: bool) -> None:
        """Returns after the last event, or when detached. `admitted` False: only to end a run whose turn never came."""
        try:
            await self._begin(admitted)
            while not self._machine.is_over and not self._is_detached:
                await self._take(await self._next_signals())
        finally:
            await self._abandon_attempts()

    async def _begin(self, admitted: bool) -> None:
        await self._commits.commit(self._beginning.missing)
        if not self.has_begun:
            if admitted:
                self._admitting = self._spawn(self._admit())
            return
        if (parent := self._context.parent_run_id) is not None:
            self._keeping = self._spawn(self._admission.keep_configuration(parent))
        self._watch_the_clock()
        for command in self._beginning.outstanding:
            self._carry_out(command)
        if self._machine.status is RunStatus.CANCELLING:
            for attempt in self._attempts.values():
                self._spawn(attempt.cancel(self._grace_s))

    async def _next_signals(self) -> list[Signal]:
        waiting = [await self._signals.get()]
        while not self._signals.empty() and len(waiting) < _SIGNALS_AT_ONCE:
            waiting.append(self._signals.get_nowait())
        signals: list[Signal] = []
        for signal in waiting:
            if isinstance(signal, Exception):
                raise signal
            if signal is not None:
                signals.append(signal)
        return signals

    async def _take(self, signals: list[Signal]) -> None:
        transitions = [self._machine.handle(signal) for signal in signals]
        await self._commits.commit([event for transition in transitions for event in transition.events])
        if self._is_detached:
            return
        self._land(signals)
        if any(isinstance(signal, RunAdmitted) for signal in signals):
            self._watch_the_clock()
        for transition in transitions:
            for command in transition.commands:
                self._carry_out(command)

    def _land(self, signals: list[Signal]) -> None:
        """Attempts that have ended, now that this is committed."""
        for signal in signals:
            if isinstance(signal, Ending) and (attempt := self._landing.pop(signal.key, None)) is not None:
                attempt.land()

    def _carry_out(self, command: Command) -> None:
        match command:
            case StartAttempt():
                self._start(command)
            case CancelAttempt():
                if attempt := self._attempts.get(command.key):
                    self._spawn(attempt.cancel(self._grace_s))
            case WakeAfter():
                self._spawn(self._timers.wake(command, self._commits.retrying_since.get(command.key)))
            case CloseRun():
                self._spawn(self._close(command))
            case _:
                assert_never(command)

    def _start(self, command: StartAttempt) -> None:
        key, step = command.key, self._steps[command.key.step_id]
        started_at = self._commits.started_at.get(key)
        attempt = AttemptExecution(self._host, self._context, step, command, self._signals.put_nowait, started_at)
        self._attempts[key] = attempt

        async def run() -> None:
            ended = await attempt.run()
            self._may_have_left_runs |= attempt.may_have_left_a_run
            self._landing[key] = self._attempts.pop(key)
            self._tell_end(key, ended)

        self._spawn(run())

    def _tell_end(self, key: StepRunKey, ended: Ended) -> None:
        if ended.result is not None:
            self._commits.expect(key, ended.result)
        self._signals.put_nowait(ended.signal)

    def _watch_the_clock(self) -> None:
        started_at, limit_s = self.state.started_at, self._plan.timeout_s
        if started_at is not None and limit_s is not None and self._machine.status is RunStatus.RUNNING:
            self._spawn(self._timers.limit(limit_s, started_at))

    async def _admit(self) -> None:
        """Without an MLflow run the run starts all the same: its steps then say why they cannot."""
        parent, trouble = await self._admission.make_parent(may_exist=self._context.is_restored)
        parent_run_id, experiment_id = None, None
        if parent is not None:
            parent_run_id, experiment_id = parent.run_id, parent.experiment_id
            self._keeping = self._spawn(self._admission.keep_configuration(parent.run_id))
        else:
            self._may_have_left_runs = True
        self._context = replace(self._context, parent_run_id=parent_run_id, trouble=trouble)
        self._signals.put_nowait(RunAdmitted(self._host.clock(), parent_run_id, experiment_id))

    async def _close(self, command: CloseRun) -> None:
        if self._admitting is not None and not self._admitting.done():
            self._admitting.cancel()
            self._may_have_left_runs = True
        if self._keeping is not None:
            await asyncio.wait({self._keeping}, timeout=_KEEPING_PATIENCE_S)
        parent, closings = self._context.parent_run_id, self._host.closings
        status = _CLOSED_AS.get(command.status, "FAILED")
        closed = await closings.close(parent, status) if parent is not None else "closed"
        if self._may_have_left_runs or self._context.is_restored:
            closed = await closings.close_all_of(self.run_id, "KILLED")
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
        """Nothing is left of a run that went its way to the end. Of one that was detached only our following ends, not
        what is followed; after a failure in here, recovery ends what is left."""
        for spawned in list(self._under_way):
            spawned.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        for attempt in (*self._attempts.values(), *self._landing.values()):
            attempt.land()
