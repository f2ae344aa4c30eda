"""Starts waiting step runs while there is room, and hands each the values that were delivered to it."""

from octopus.compiler.plan import MetricReference
from octopus.domain.event import MetricValue
from octopus.domain.ports import AFTER
from octopus.engine.board import StepRun
from octopus.engine.commands import Delivery, StartAttempt
from octopus.engine.desk import Desk
from octopus.engine.inputs import Inputs, inputs_of
from octopus.engine.rules.max_parallel import may_start
from octopus.engine.tokens import Delivered


def dispatch(desk: Desk) -> None:
    """Command attempts to start, first queued first."""
    board, most = desk.board, desk.wiring.plan.max_parallel
    while board.waiting and may_start(board, most):
        run = board.waiting.popleft()
        run.in_flight = True
        board.in_flight += 1
        desk.recorder.command(start_of(desk, run))


def start_of(desk: Desk, run: StepRun) -> StartAttempt:
    """The same for as long as the attempt is under way: nothing upstream of it can change meanwhile."""
    step_id = run.key.step_id
    first = desk.wiring.first_starts.get(step_id)
    if first is not None and first.key is run.key and step_id not in desk.board.irregular:
        return first  # No loop has fired for a first iteration.
    return StartAttempt(run.key, _inputs(desk, step_id), _metrics(desk, step_id))


def _inputs(desk: Desk, step_id: str) -> Inputs:
    """At a port that a loop feeds, its value stands in the place of all that came over forward edges."""
    tokens, into = desk.board.tokens, desk.wiring.into[step_id]
    delivered = [(edge, token.source) for edge in into if isinstance(token := tokens[edge.id], Delivered)]
    inputs = inputs_of(desk.wiring.steps[step_id], delivered)
    return inputs | _fed_by_loops(desk, step_id) if step_id in desk.wiring.loops.into else inputs


def _fed_by_loops(desk: Desk, step_id: str) -> Inputs:
    fed: Inputs = {}
    for loop in desk.wiring.loops.into[step_id]:
        made_by = desk.board.fed.get(loop.edge_id)
        if made_by is not None and loop.target_port != AFTER:
            fed[loop.target_port] = (*fed.get(loop.target_port, ()), Delivery(made_by, loop.source_port))
    return fed


def _metrics(desk: Desk, step_id: str) -> dict[MetricReference, MetricValue | None]:
    references = desk.wiring.steps[step_id].references
    if not references:
        return {}
    latest = desk.board.latest
    return {
        reference: latest[reference.step_id].metrics.get(reference.name) if reference.step_id in latest else None
        for reference in references
    }
