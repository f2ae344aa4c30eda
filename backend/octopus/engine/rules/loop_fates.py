"""What becomes of a loop edge whose source emitted, once every step that its group of loops repeats is terminal: one
rule per answer.

Loops that are independent of one another fire together. Of two that wish to fire and of which one is inside the other,
only one can: of nested loops the inner one, which is settled first; of loops one after the other the earlier one, which
repeats the other's steps and so makes its wish void.
"""

from dataclasses import dataclass

from octopus.engine.board import Board
from octopus.engine.loops import LoopPlace
from octopus.engine.tokens import Dead


@dataclass(frozen=True, slots=True)
class Fire:
    """Its body is executed once more, for the `count`th time."""

    count: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Another loop is first."""


@dataclass(frozen=True, slots=True)
class End:
    """The edge is dead. `fails_run`: the reason of the run's failure, "" if it goes on."""

    dead: Dead
    fails_run: str = ""


LoopVerdict = Fire | Wait | End


def inner_loops_are_settled_first(place: LoopPlace, board: Board) -> Wait | None:
    return None if place.nested.isdisjoint(board.wishes[place.group]) else Wait()


def earlier_loops_come_first(place: LoopPlace, board: Board) -> Wait | None:
    return None if place.earlier.isdisjoint(board.wishes[place.group]) else Wait()


def a_loop_that_failed_the_run_ends_those_around_and_after_it(place: LoopPlace, board: Board) -> End | None:
    for edge_id, reason in board.limits.items():
        if edge_id in place.nested or edge_id in place.around or edge_id in place.earlier or edge_id in place.later:
            return End(Dead("upstream_failed", place.loop.source, reason))
    return None


def a_loop_ends_at_its_limit(place: LoopPlace, board: Board) -> End | None:
    loop = place.loop
    if board.counts.get(loop.edge_id, 1) < loop.max_iterations:
        return None
    times = f"{loop.max_iterations} {'iteration' if loop.max_iterations == 1 else 'iterations'}"
    why = f"{place.words} reached its limit of {times}"
    return End(Dead("loop_limit", loop.source, why), why if loop.on_limit == "fail" else "")


def any_other_loop_fires(place: LoopPlace, board: Board) -> Fire:
    return Fire(board.counts.get(place.loop.edge_id, 1) + 1)
