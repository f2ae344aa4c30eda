"""The loops of a plan: those whose source and target are executed, each with what it repeats."""

from collections.abc import Collection, Iterable, Mapping

from octopus.compiler.drawing import Drawing
from octopus.compiler.edge_defaults import DEFAULT_MAX_ITERATIONS
from octopus.compiler.graph import descendants
from octopus.compiler.loops import Loop
from octopus.compiler.plan import PlannedLoop
from octopus.compiler.scope import Part


def planned_loops(drawing: Drawing, parts: Mapping[str, Part]) -> tuple[PlannedLoop, ...]:
    """In document order. A loop into a step whose result is only reused has nothing to repeat."""
    loops = [loop for loop in drawing.loops.loops if _is_executed(loop, parts)]
    by_id = {loop.edge.id: loop for loop in drawing.loops.loops}
    kept = {loop.edge.id for loop in loops}
    repeats = {target: _repeats(drawing, target, parts) for target in dict.fromkeys(loop.edge.target for loop in loops)}
    return tuple(
        PlannedLoop(
            edge_id=loop.edge.id,
            source=loop.edge.source,
            source_port=loop.edge.source_port,
            target=loop.edge.target,
            target_port=loop.edge.target_port,
            body=_in_order(drawing, loop.body),
            repeats=repeats[loop.edge.target],
            max_iterations=loop.edge.max_iterations or DEFAULT_MAX_ITERATIONS,
            on_limit=loop.edge.on_limit or "fail",
            parent=_parent(loop, by_id, kept),
        )
        for loop in loops
    )


def _is_executed(loop: Loop, parts: Mapping[str, Part]) -> bool:
    ends = (parts.get(loop.edge.source), parts.get(loop.edge.target))
    return all(part is not None and part.mode != "reuse" for part in ends)


def _repeats(drawing: Drawing, target: str, in_scope: Collection[str]) -> tuple[str, ...]:
    """The body and what is downstream of it: everything downstream of the target, for the body is too."""
    downstream = descendants(drawing.forward_graph, [target])
    return _in_order(drawing, (step_id for step_id in downstream if step_id in in_scope))


def _in_order(drawing: Drawing, step_ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(step_ids, key=drawing.order.__getitem__))


def _parent(loop: Loop, by_id: Mapping[str, Loop], kept: set[str]) -> str | None:
    """The innermost enclosing loop that is in the plan."""
    parent = loop.parent
    while parent is not None and parent not in kept:
        parent = by_id[parent].parent
    return parent
