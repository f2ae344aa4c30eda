"""At most `max_parallel` attempts of a run are under way; the queue is first in, first out."""

from octopus.engine.board import Board


def may_start(board: Board, max_parallel: int | None) -> bool:
    """Whether the next waiting step run, if any, may start."""
    has_room = max_parallel is None or board.in_flight < max_parallel
    return bool(board.waiting) and has_room and not board.is_stopping
