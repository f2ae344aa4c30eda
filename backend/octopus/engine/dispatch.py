"""Starts waiting step runs while there is room, and hands each the values that were delivered to it."""

from octopus.domain.ports import AFTER
from octopus.engine.commands import Delivery, StartAttempt
from octopus.engine.desk import Desk
from octopus.engine.rules.max_parallel import may_start
from octopus.engine.tokens import Delivered


def dispatch(desk: Desk) -> None:
    """Command attempts to start, first queued first."""
    board = desk.board
    while may_start(board, desk.wiring.plan.max_parallel):
        run = board.waiting.popleft()
        run.in_flight = True
        board.in_flight += 1
        desk.recorder.command(StartAttempt(run.key, _inputs(desk, run.key.step_id)))


def _inputs(desk: Desk, step_id: str) -> dict[str, tuple[Delivery, ...]]:
    step = desk.wiring.steps[step_id]
    arrived: dict[str, list[Delivery]] = {port.name: [] for port in step.inputs if port.name != AFTER}
    for edge in desk.wiring.into[step_id]:
        token = desk.board.tokens[edge.id]
        if isinstance(token, Delivered) and edge.target_port in arrived:
            arrived[edge.target_port].append(Delivery(token.source, edge.source_port))
    return {port: tuple(deliveries) for port, deliveries in arrived.items()}
