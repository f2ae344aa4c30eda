"""RunMachine: the state machine of one run. A signal in; events to commit and commands to carry out come back.

The same signals always lead to the same events. The executor keeps the order: commit, publish, then command.
"""

from typing import assert_never

from pydantic import JsonValue

from octopus.compiler.plan import Plan
from octopus.domain.status import RunStatus, StepStatus
from octopus.engine import attempts, facts, retrying
from octopus.engine.board import Board
from octopus.engine.cancelling import cancel, time_out
from octopus.engine.closing import ask_to_close, closed
from octopus.engine.commands import Command
from octopus.engine.desk import Desk
from octopus.engine.dispatch import dispatch
from octopus.engine.looping import iterate
from octopus.engine.outstanding import outstanding
from octopus.engine.recorder import Recorder
from octopus.engine.settling import judge_all
from octopus.engine.signals import (
    AttemptCancelled,
    AttemptFailed,
    AttemptMeasured,
    AttemptProduced,
    AttemptProgressed,
    AttemptReused,
    AttemptStarted,
    AttemptSucceeded,
    CancelRequested,
    RetryDue,
    RunAdmitted,
    RunClosed,
    RunTimedOut,
    Signal,
    StepRunKey,
)
from octopus.engine.transition import Transition
from octopus.engine.wiring import Wiring

_RUNNING = RunStatus.RUNNING
"""Looked up once: on the class of an enumeration that takes longer than the comparison."""


class RunMachine:
    """Call `queued` once, then `handle` for every signal until `is_over`.

    - A signal that comes too late (about an attempt that has ended, RunAdmitted after a cancel, anything after the end)
      leads to an empty transition. Whoever made an MLflow parent run for a run cancelled in between closes it.
    - Every run ends with one CloseRun command, also one that was cancelled before it was admitted; its answer RunClosed
      leads to the last event.
    - A CancelRequested or RunTimedOut after CloseRun changes nothing: every step has its ending already. Of the two the
      first decides how the run ends.
    """

    def __init__(self, run_id: str, plan: Plan, *, wiring: Wiring | None = None, keeps_history: bool = True) -> None:
        """`wiring`: of this very plan, if somebody has it already; it is never changed. `keeps_history` False: for a
        run whose events nobody keeps; those of every step's ordinary life are left out (see Desk), the commands are the
        same, in half the time."""
        wiring = wiring or Wiring.of(plan)
        self._desk = Desk(wiring, Board.of(wiring), Recorder(run_id), keeps_history)

    @property
    def status(self) -> RunStatus:
        return self._desk.board.status

    @property
    def is_over(self) -> bool:
        """The last event has been handed out."""
        return self.status.is_terminal

    def queued(self, at: str, parameters: dict[str, JsonValue] | None = None, of_run: str | None = None) -> Transition:
        """The run's first event. `of_run`: the run that this one resumes."""
        recorder, plan = self._desk.recorder, self._desk.wiring.plan
        recorder.open(at)
        steps = tuple(step.id for step in plan.steps)
        recorder.record(facts.run_queued(recorder.stamp(), steps, parameters or plan.parameters, of_run))
        return recorder.close()

    def handle(self, signal: Signal) -> Transition:
        """What `signal` leads to: of an attempt first its metrics and artifacts, then its end, then its edges, then the
        steps that are queued or skipped for that."""
        desk, board = self._desk, self._desk.board
        if board.status is not _RUNNING and board.status.is_terminal:
            return Transition((), ())
        desk.recorder.open(signal.at)
        self._take(signal)
        if board.quiet:
            iterate(desk)
        if board.waiting and board.status is _RUNNING:
            dispatch(desk)
        if board.unfinished == 0:
            ask_to_close(desk)
        return desk.recorder.close()

    def story(self, step_id: str) -> list[str]:
        """What happened to the step so far and which rule decided, in words, oldest first."""
        return list(self._desk.board.stories.get(step_id, ()))

    def outstanding(self) -> tuple[Command, ...]:
        """The commands that have not been answered yet."""
        return outstanding(self._desk)

    def under_way(self) -> frozenset[StepRunKey]:
        """The attempts in flight that have said that they started."""
        latest = self._desk.board.latest.values()
        return frozenset(run.key for run in latest if run.in_flight and run.status is not StepStatus.QUEUED)

    def _take(self, signal: Signal) -> None:
        desk = self._desk
        match signal:
            case AttemptSucceeded():
                attempts.succeeded(desk, signal)
            case AttemptStarted():
                attempts.started(desk, signal)
            case RunAdmitted():
                self._admit(signal)
            case AttemptProgressed():
                attempts.progressed(desk, signal)
            case AttemptMeasured():
                attempts.measured(desk, signal)
            case AttemptProduced():
                attempts.produced(desk, signal)
            case AttemptFailed():
                attempts.failed(desk, signal)
            case AttemptCancelled():
                attempts.cancelled(desk, signal)
            case AttemptReused():
                attempts.reused(desk, signal)
            case RetryDue():
                retrying.due(desk, signal)
            case CancelRequested():
                cancel(desk)
            case RunTimedOut():
                time_out(desk)
            case RunClosed():
                closed(desk, signal)
            case _:
                assert_never(signal)

    def _admit(self, signal: RunAdmitted) -> None:
        board = self._desk.board
        if board.status is RunStatus.QUEUED:
            board.status = RunStatus.RUNNING
            self._desk.recorder.record(facts.run_started(self._desk.recorder.stamp(), signal))
            judge_all(self._desk, self._desk.wiring.at_once)
