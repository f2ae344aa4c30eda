"""Loops: once every step that a group of loops repeats is terminal, those that wish to fire do, or end.

A loop that fires makes the steps it repeats pending again, with their next iteration and attempt 1, and the edges among
them wait again; what came in from outside stays, but for the port that the loop feeds anew.
"""

from octopus.engine import facts
from octopus.engine.board import StepRun
from octopus.engine.desk import Desk
from octopus.engine.loops import LoopPlace
from octopus.engine.rules import LOOP_FATES
from octopus.engine.rules.loop_fates import End, Fire, LoopVerdict
from octopus.engine.settling import fate, judge_all
from octopus.engine.signals import StepRunKey
from octopus.engine.tokens import Dead, Delivered

Firing = list[tuple[LoopPlace, Fire]]


def iterate(desk: Desk) -> None:
    """Decide about every group that has come to rest; also about one that fired and came to rest at once, since all its
    steps were skipped."""
    board = desk.board
    while board.quiet:
        group = board.quiet.popleft()
        if board.restless[group] == 0 and not board.is_stopping:
            _decide(desk, group)


def resolve_what_never_fired(desk: Desk) -> None:
    """At the end of the run: a loop edge that still waits is dead."""
    for edge_id, place in desk.wiring.loops.places.items():
        if edge_id not in desk.board.tokens:
            _end(desk, place, End(_fate_at_the_end(desk, place)))


def _fate_at_the_end(desk: Desk, place: LoopPlace) -> Dead:
    source = place.loop.source
    token = fate(desk, desk.board.latest[source], place.loop.source_port)
    return token if isinstance(token, Dead) else Dead("upstream_failed", source, desk.board.stop_reason)


def _decide(desk: Desk, group: int) -> None:
    """What ends comes first: that may let others fire."""
    while True:
        verdicts = [(place, _verdict(desk, place)) for place in desk.wiring.loops.in_order(desk.board.wishes[group])]
        ends = [(place, verdict) for place, verdict in verdicts if isinstance(verdict, End)]
        for place, verdict in ends:
            _end(desk, place, verdict)
        if not ends:
            return _fire(desk, [(place, verdict) for place, verdict in verdicts if isinstance(verdict, Fire)])


def _verdict(desk: Desk, place: LoopPlace) -> LoopVerdict:
    return next(verdict for rule in LOOP_FATES if (verdict := rule(place, desk.board)) is not None)


def _end(desk: Desk, place: LoopPlace, verdict: End) -> None:
    board, edge_id = desk.board, place.loop.edge_id
    board.wishes[place.group].discard(edge_id)
    board.tokens[edge_id] = verdict.dead
    desk.recorder.record(facts.edge_resolved(desk.recorder.stamp(), edge_id, verdict.dead))
    board.tell(place.loop.source, f"{place.words} ended ({verdict.dead.cause}): {verdict.dead.why}")
    if verdict.fails_run:
        board.limits[edge_id] = verdict.fails_run


def _fire(desk: Desk, firing: Firing) -> None:
    """All of them at once: a step that several repeat is repeated once."""
    made_by = {place.loop.edge_id: desk.board.latest[place.loop.source].key for place, _ in firing}
    again: dict[str, StepRun] = {}
    for place, verdict in firing:
        _repeat(desk, place, verdict, again)
    for place, _ in firing:
        edge_id = place.loop.edge_id
        desk.board.fed[edge_id] = made_by[edge_id]
        desk.board.tokens[edge_id] = token = Delivered(made_by[edge_id])
        desk.recorder.record(facts.edge_resolved(desk.recorder.stamp(), edge_id, token))
    judge_all(desk, sorted(again, key=lambda step_id: desk.wiring.steps[step_id].index))


def _repeat(desk: Desk, place: LoopPlace, verdict: Fire, again: dict[str, StepRun]) -> None:
    """`again`: the step runs that have begun anew, also because of a loop that fires together with this one."""
    loop, board = place.loop, desk.board
    why = f"{place.words} fired for iteration {verdict.count} of {loop.max_iterations}"
    for step_id in loop.repeats:
        if step_id not in again:
            again[step_id] = _begin_anew(desk, step_id)
            board.tell(step_id, f"iteration {again[step_id].key.iteration} because {why}")
    restarted = [edge_id for edge_id in _inside(desk, place) if board.counts.get(edge_id, 1) > 1]
    board.counts.update(dict.fromkeys(restarted, 1))
    board.counts[loop.edge_id] = verdict.count
    steps = {step_id: again[step_id].key.iteration for step_id in loop.repeats}
    edges = [*_forward_edges_again(desk, place), *_loop_edges_again(desk, place)]
    stamp = desk.recorder.stamp()
    desk.recorder.record(
        facts.loop_iterated(stamp, loop.edge_id, verdict.count, loop.max_iterations, steps, edges, restarted)
    )


def _begin_anew(desk: Desk, step_id: str) -> StepRun:
    board = desk.board
    before = board.latest[step_id].key
    run = board.latest[step_id] = StepRun(StepRunKey(step_id, before.iteration + 1))
    board.unfinished += 1
    board.restless[desk.wiring.loops.group_of[step_id]] += 1
    board.ended_badly.pop(step_id, None)
    for loop in desk.wiring.loops.out_of.get(step_id, ()):
        board.wishes[desk.wiring.loops.group_of[step_id]].discard(loop.edge_id)
    return run


def _forward_edges_again(desk: Desk, place: LoopPlace) -> list[str]:
    """Whatever a repeated step delivers goes to a repeated step."""
    edges = [edge for step_id in place.loop.repeats for edge in desk.wiring.out_of[step_id]]
    resolved = [edge for edge in edges if desk.board.tokens.pop(edge.id, None) is not None]
    for edge in resolved:
        desk.board.unresolved[edge.target] += 1
    return [edge.id for edge in resolved]


def _loop_edges_again(desk: Desk, place: LoopPlace) -> list[str]:
    """An iteration is fed by the loops that fired for it, and by those around it."""
    own = {place.loop.edge_id} | place.twins
    inside = [*_inside(desk, place), *(other.loop.edge_id for other in desk.wiring.loops.in_order(own))]
    for edge_id in inside:
        desk.board.fed.pop(edge_id, None)
    return [edge_id for edge_id in inside if desk.board.tokens.pop(edge_id, None) is not None]


def _inside(desk: Desk, place: LoopPlace) -> list[str]:
    """Edges of the loops that begin anew when this one fires, in the document's order."""
    return [other.loop.edge_id for other in desk.wiring.loops.in_order(place.nested | place.later)]
