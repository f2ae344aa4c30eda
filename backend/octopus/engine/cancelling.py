"""Ends a run early, because somebody asked for it or its time is over: what has not started never will, what is under
way is told to end."""

from octopus.domain.status import RunStatus, StepStatus
from octopus.engine import facts
from octopus.engine.attempts import never_started, show_cancelling
from octopus.engine.board import StoppedBy
from octopus.engine.commands import CancelAttempt
from octopus.engine.desk import Desk

REASON = "the run was cancelled"


def cancel(desk: Desk) -> None:
    _stop(desk, "request", REASON)


def time_out(desk: Desk) -> None:
    _stop(desk, "timeout", out_of_time(desk.wiring.plan.timeout_s))


def out_of_time(timeout_s: float | None) -> str:
    """`the run reached its time limit of 90 s`, without the number if it is not known."""
    limit = "" if timeout_s is None else f" of {timeout_s:.15g} s"
    return f"the run reached its time limit{limit}"


def _stop(desk: Desk, stopped_by: StoppedBy, reason: str) -> None:
    """The first to end the run decides how it ends. Nothing changes when every step has ended already."""
    board = desk.board
    if board.is_stopping or board.ending is not None:
        return
    board.stopped_by, board.stop_reason, board.status = stopped_by, reason, RunStatus.CANCELLING
    desk.recorder.record(facts.run_cancelling(desk.recorder.stamp(), stopped_by))
    _end_what_has_not_started(desk, reason)
    for step in desk.wiring.plan.steps:
        run = board.latest[step.id]
        if run.in_flight:
            if run.status is StepStatus.RUNNING:
                show_cancelling(desk, run)
            desk.recorder.command(CancelAttempt(run.key))


def _end_what_has_not_started(desk: Desk, reason: str) -> None:
    """All of them are marked before the first is settled: none may be queued by another's end."""
    board = desk.board
    latest = (board.latest[step.id] for step in desk.wiring.plan.steps)
    doomed = [run for run in latest if not run.status.is_terminal and not run.in_flight]
    board.waiting.clear()
    for run in doomed:
        run.status = StepStatus.CANCELLED
    for run in doomed:
        never_started(desk, run, reason)
