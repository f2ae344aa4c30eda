"""Cancels a run: what has not started never will, what is under way is told to end."""

from octopus.domain.status import RunStatus, StepStatus
from octopus.engine import facts
from octopus.engine.attempts import show_cancelling
from octopus.engine.commands import CancelAttempt
from octopus.engine.desk import Desk
from octopus.engine.settling import settle

REASON = "the run was cancelled"


def cancel(desk: Desk) -> None:
    """A second request changes nothing; nor does one that comes when every step has ended already."""
    board = desk.board
    if board.cancel_requested or board.ending is not None:
        return
    board.cancel_requested, board.status = True, RunStatus.CANCELLING
    desk.recorder.record(facts.run_cancelling(desk.recorder.stamp()))
    _end_what_has_not_started(desk)
    for step in desk.wiring.plan.steps:
        run = board.latest[step.id]
        if run.in_flight:
            if run.status is StepStatus.RUNNING:
                show_cancelling(desk, run)
            desk.recorder.command(CancelAttempt(run.key))


def _end_what_has_not_started(desk: Desk) -> None:
    """All of them are marked before the first is settled: none may be queued by another's end."""
    board = desk.board
    latest = (board.latest[step.id] for step in desk.wiring.plan.steps)
    doomed = [run for run in latest if not run.status.is_terminal and not run.in_flight]
    board.waiting.clear()
    for run in doomed:
        run.status, run.reason = StepStatus.CANCELLED, REASON
    for run in doomed:
        settle(desk, run)
