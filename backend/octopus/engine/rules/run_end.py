"""How a run ends once every step is terminal."""

from octopus.domain.status import RunStatus, StepStatus
from octopus.engine.board import Board, Ending, StepRun
from octopus.engine.rules.edge_fates import BAD_ENDINGS

ON_REQUEST = "cancelled on request"


def a_cancelled_run_is_cancelled(board: Board) -> Ending | None:
    return Ending(RunStatus.CANCELLED, ON_REQUEST) if board.stopped_by == "request" else None


def a_run_out_of_time_failed(board: Board) -> Ending | None:
    return Ending(RunStatus.FAILED, board.stop_reason) if board.stopped_by == "timeout" else None


def a_failed_step_fails_the_run(board: Board) -> Ending | None:
    """The first step that failed, timed out or was lost gives the reason."""
    failed = [run for run in board.ended_badly.values() if run.status is not StepStatus.CANCELLED]
    return Ending(RunStatus.FAILED, _reason(failed)) if failed else None


def a_loop_at_its_limit_fails_the_run(board: Board) -> Ending | None:
    if not board.limits:
        return None
    first, *others = board.limits.values()
    more = f" (and {len(others)} more {'loop' if len(others) == 1 else 'loops'})" if others else ""
    return Ending(RunStatus.FAILED, f"{first}{more}")


def a_step_stopped_from_outside_cancels_the_run(board: Board) -> Ending | None:
    return Ending(RunStatus.CANCELLED, _reason(list(board.ended_badly.values()))) if board.ended_badly else None


def any_other_run_succeeded(board: Board) -> Ending | None:
    return Ending(RunStatus.SUCCEEDED)


def _reason(ended: list[StepRun]) -> str:
    first, others = ended[0], len(ended) - 1
    more = f" (and {others} more {'step' if others == 1 else 'steps'})" if others else ""
    said = f": {first.reason}" if first.reason else ""
    return f"{first.key.step_id} {BAD_ENDINGS[first.status]}{said}{more}"
