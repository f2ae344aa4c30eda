"""Which commands have not been answered yet: what a restarted server has to take up again."""

from collections.abc import Iterator

from octopus.engine.board import StepRun
from octopus.engine.commands import CancelAttempt, CloseRun, Command, StartAttempt, WakeAfter
from octopus.engine.desk import Desk
from octopus.engine.dispatch import start_of


def outstanding(desk: Desk) -> tuple[Command, ...]:
    """The very commands that were given: attempts in the plan's order, then the end of the run."""
    board = desk.board
    latest = (board.latest[step.id] for step in desk.wiring.plan.steps)
    commands: list[Command] = [command for run in latest for command in _of(desk, run)]
    if board.ending is not None and not board.status.is_terminal:
        commands.append(CloseRun(board.ending.status, board.ending.reason))
    return tuple(commands)


def _of(desk: Desk, run: StepRun) -> Iterator[StartAttempt | CancelAttempt | WakeAfter]:
    if run.in_flight:
        yield start_of(desk, run)
        if desk.board.is_stopping:
            yield CancelAttempt(run.key)
    elif run.back_off_s is not None and not run.status.is_terminal:
        yield WakeAfter(run.key, run.back_off_s)
