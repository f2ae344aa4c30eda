"""Conductor: drives the engine's machine through one flow. Its commands become attempts, their outcomes signals, and
what the engine decides by itself (skipped, cancelled, begun again) is told."""

import asyncio
from collections import deque
from collections.abc import Coroutine, Sequence
from itertools import count
from typing import Any, assert_never

from octopus.domain import event as e
from octopus.engine.commands import CancelAttempt, CloseRun, Command, StartAttempt, WakeAfter
from octopus.engine.machine import RunMachine
from octopus.engine.signals import (
    AttemptCancelled,
    AttemptFailed,
    AttemptSucceeded,
    CancelRequested,
    RunAdmitted,
    RunClosed,
    Signal,
    StepRunKey,
)
from octopus.flow.blueprint import AT, Blueprint, Place
from octopus.flow.ordinary import ordinary_attempt
from octopus.flow.performing import Attempt
from octopus.flow.stage import Outcome, Stage
from octopus.flow.ways import Way

WITHOUT_PAUSE = 100
"""Attempts that end at once, after which others of the run's event loop get their turn: a cancel, for one."""

TOLD_HERE = frozenset({"step.skipped", "step.cancelled", "loop.iterated"})
"""Kinds of events; what else happens the attempts tell themselves, between their hooks."""


class Conductor:
    """One run's. A few workers take the attempts that may start: there is always one more than those that wait for a
    handler, so that nothing ready waits and a step that ends at once costs no asyncio task."""

    def __init__(self, stage: Stage, blueprint: Blueprint) -> None:
        self._stage = stage
        self._blueprint = blueprint
        self._is_heard = stage.hooks.listens
        self._usual_starts = blueprint.wiring.first_starts
        self._machine = RunMachine(stage.run.id, blueprint.plan, wiring=blueprint.wiring, keeps_history=False)
        self._ready: deque[StartAttempt] = deque()
        self._at_work: dict[str, asyncio.Task[Any]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._has_spare = False
        self._closing: asyncio.Future[CloseRun] = asyncio.get_running_loop().create_future()
        self.cancelled_by: tuple[str, str | None] | None = None
        self._machine.queued(AT)

    async def conduct(self) -> CloseRun:
        """From the first node to the last. Answers how the engine ends the run."""
        self._send(RunAdmitted(AT, None))
        self._add_worker()
        return await self._closing

    def cancel(self, reason: str, node_id: str | None = None) -> None:
        """End the run early, `node_id` asking for it; None: somebody outside, who comes too late once every node has
        ended. The first to do so is remembered."""
        is_late = node_id is None and self._closing.done()
        if self.cancelled_by is not None or is_late:
            return
        self.cancelled_by = (reason, node_id)
        self._stage.hooks.is_cancelled = self._stage.state.cancelled = True
        self._send(CancelRequested(AT))

    def close(self) -> None:
        """The run is over."""
        self._machine.handle(RunClosed(AT))

    def _add_worker(self) -> None:
        self._has_spare = True
        worker = asyncio.get_running_loop().create_task(self._work())
        self._workers.add(worker)
        worker.add_done_callback(self._dismiss)

    def _dismiss(self, worker: asyncio.Task[None]) -> None:
        """A worker that broke off takes the run with it: nothing else would end it."""
        self._workers.discard(worker)
        failure = RuntimeError("a worker was cancelled") if worker.cancelled() else worker.exception()
        if failure is not None and not self._closing.done():
            self._closing.set_exception(failure)

    async def _work(self) -> None:
        self._has_spare = False
        task = asyncio.current_task()
        for performed in count(1):
            if not self._ready:
                return
            start = self._ready.popleft()
            if self._ready and not self._has_spare:
                self._add_worker()
            await self._perform(start, task)
            if performed % WITHOUT_PAUSE == 0:
                await asyncio.sleep(0)

    async def _perform(self, start: StartAttempt, task: "asyncio.Task[Any] | None") -> None:
        key = start.key
        if task is None or self.cancelled_by is not None:
            return self._send(AttemptCancelled(AT, key, "cancelled before it began"))
        place, step_id = self._blueprint.places[key.step_id], key.step_id
        self._at_work[step_id] = task
        try:
            outcome = await self._attempt(place, start)
        except asyncio.CancelledError:
            if step_id not in self._stage.cancelling:
                raise
            task.uncancel()
            outcome = Outcome("cancelled")
        finally:
            del self._at_work[step_id]
        self._answer(key, outcome)

    def _attempt(self, place: Place, start: StartAttempt) -> Coroutine[Any, Any, Outcome]:
        is_usual = start is self._usual_starts.get(start.key.step_id)
        if is_usual and place.kind == "async" and not self._is_heard:
            return ordinary_attempt(self._stage, place)
        return Attempt(self._stage, place, start.key.iteration, self._delivered(place, start)).perform()

    def _delivered(self, place: Place, start: StartAttempt) -> Sequence[Way]:
        """The ways over which something came: mostly all."""
        inputs, ways = start.inputs, self._blueprint.ways
        if len(inputs) == len(place.into) and all(inputs.values()):
            return place.into
        return [ways[way_id] for way_id, values in inputs.items() if values]

    def _answer(self, key: StepRunKey, outcome: Outcome) -> None:
        match outcome.status:
            case "success" | "skipped":
                self._send(self._success(key, outcome))
            case "error":
                if outcome.cancels is not None:
                    self.cancel(outcome.cancels, key.step_id)
                self._send(AttemptFailed(AT, key, "failed", outcome.reason))
            case "cancelled":
                if outcome.cancels is not None:
                    self.cancel(outcome.cancels, key.step_id)
                self._send(AttemptCancelled(AT, key, outcome.cancels or "the flow was cancelled"))
            case _:
                assert_never(outcome.status)
        if outcome.cancels is not None:
            self.cancel(outcome.cancels, key.step_id)

    def _success(self, key: StepRunKey, outcome: Outcome) -> AttemptSucceeded:
        usual = self._blueprint.successes[key.step_id]
        if usual.key is key and usual.emitted is outcome.emitted:
            return usual
        return AttemptSucceeded(AT, key, outcome.emitted)

    def _send(self, signal: Signal) -> None:
        transition = self._machine.handle(signal)
        for event in transition.events:
            if event.kind in TOLD_HERE:
                self._tell(event)
        for command in transition.commands:
            self._carry_out(command)

    def _carry_out(self, command: Command) -> None:
        match command:
            case StartAttempt():
                self._ready.append(command)
            case CancelAttempt():
                task = self._at_work.get(command.key.step_id)
                if task is not None and task is not asyncio.current_task():
                    self._stage.cancelling.add(command.key.step_id)
                    task.cancel()
            case CloseRun():
                self._closing.set_result(command)
            case WakeAfter():
                raise AssertionError("a flow's steps have no policy of retries")
            case _:
                assert_never(command)

    def _tell(self, event: e.Event) -> None:
        match event:
            case e.StepSkipped():
                self._stage.end(event.step_id, "skipped", event.reason)
            case e.StepCancelled():
                self._stage.end(event.step_id, "cancelled", event.reason or None)
            case e.LoopIterated():
                for step_id in event.steps:
                    self._stage.begin_again(step_id)
                for way_id in event.edges:
                    way = self._blueprint.ways[way_id]
                    self._stage.run.tell_edge(way.source, way.target, "pending")
            case _:
                pass
