"""From steps and a drawing to the ways between nodes: which edges order the flow and which of them are loops.

Steps give the order. A drawn edge that repeats a `depends_on` adds its port and label to it; any other orders as well,
unless its target comes before its source: then it is a loop.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from octopus.compiler.graph import Graph, cycles, topological_order
from octopus.flow.drawing import Drawing, DrawnEdge
from octopus.flow.faults import FlowFault
from octopus.flow.steps import ExecutionStep

NO_DRAWING = Drawing("")


class Way(NamedTuple):
    """One edge. `drawn` None: a dependency that is not drawn. `is_loop`: it leads back."""

    id: str
    source: str
    target: str
    drawn: DrawnEdge | None = None
    is_loop: bool = False


def edges_of(ways: Sequence[Way]) -> tuple[tuple[str, str], ...]:
    """What is told of them: several ways between the same two nodes are one edge."""
    if len(ways) == 1:
        return ((ways[0].source, ways[0].target),)
    return tuple(dict.fromkeys((way.source, way.target) for way in ways))


@dataclass(frozen=True, slots=True)
class Ways:
    """`node_ids`: steps first, then nodes that are only drawn. `graph`: of the forward ways; `order`: topological."""

    node_ids: tuple[str, ...]
    ways: tuple[Way, ...]
    graph: Graph
    order: tuple[str, ...]


def ways_of(steps: Sequence[ExecutionStep], drawing: Drawing = NO_DRAWING) -> Ways:
    """Raises FlowFault for a node id used twice, a way to a node that does not exist, and a cycle of steps."""
    node_ids = _node_ids(steps, drawing)
    needs = {(source, step.node_id): None for step in steps for source in step.depends_on}
    _look_for_strangers(node_ids, needs, drawing)
    forward = _ordered(node_ids, needs)
    loops: set[int] = set()
    if drawing.edges:
        forward, loops = _with_drawn(node_ids, [step.node_id for step in steps], forward, needs, drawing)
    drawn_pairs = {(edge.source, edge.target) for n, edge in enumerate(drawing.edges) if n not in loops}
    plain = [Way(f"d{n}", *pair) for n, pair in enumerate(needs) if pair not in drawn_pairs]
    drawn = [Way(f"e{n}", edge.source, edge.target, edge, n in loops) for n, edge in enumerate(drawing.edges)]
    ways = (*plain, *drawn)
    graph = forward if not drawing.edges else _graph(node_ids, ((w.source, w.target) for w in ways if not w.is_loop))
    return Ways(node_ids, ways, graph, tuple(topological_order(graph)))


def _node_ids(steps: Sequence[ExecutionStep], drawing: Drawing) -> tuple[str, ...]:
    with_steps: dict[str, None] = {}
    for step in steps:
        if step.node_id in with_steps:
            raise FlowFault(f"Two steps have the node_id {step.node_id!r}; give each one of its own.", step.node_id)
        with_steps[step.node_id] = None
    return tuple(with_steps | {node.id: None for node in drawing.nodes})


def _look_for_strangers(node_ids: Iterable[str], needs: Iterable[tuple[str, str]], drawing: Drawing) -> None:
    known = set(node_ids)
    for source, target in needs:
        if source not in known:
            raise FlowFault(f"Step {target!r} depends on {source!r}, which is no step of this flow.", target)
    for edge in drawing.edges:
        for end in (edge.source, edge.target):
            if end not in known:
                raise FlowFault(f"The edge {edge.source} -> {edge.target} ends at {end!r}, which is no node.", end)
        if edge.source == edge.target:
            raise FlowFault(f"An edge leads from {edge.source!r} to itself; a node that tries again needs none.", end)


def _ordered(node_ids: Iterable[str], needs: Iterable[tuple[str, str]]) -> Graph:
    graph = _graph(node_ids, needs)
    if len(topological_order(graph)) < len(graph.nodes):
        itself = next((source for source, target in needs if source == target), None)
        around = [itself] if itself is not None else cycles(graph)[0]
        raise FlowFault(f"The steps wait for one another in a cycle: {' -> '.join([*around, around[0]])}.", around[0])
    return graph


def _with_drawn(
    node_ids: tuple[str, ...],
    with_steps: Iterable[str],
    forward: Graph,
    needs: dict[tuple[str, str], None],
    drawing: Drawing,
) -> tuple[Graph, set[int]]:
    """The graph with the drawn edges that lead on, and the indices of those that lead back.

    An edge is looked at once its source has its place: it has a step, nothing drawn leads to it, or an edge that leads
    on has reached it. So the retraining node that only a drawing knows is after the evaluation before anybody asks
    where its own edge leads.
    """
    after = {node: list(successors) for node, successors in forward.after.items()}
    entered = {edge.target for edge in drawing.edges if edge.source != edge.target}
    placed = set(with_steps) | {node for node in node_ids if node not in entered}
    loops: set[int] = set()
    waiting = [(n, edge) for n, edge in enumerate(drawing.edges) if (edge.source, edge.target) not in needs]
    placed.update(edge.target for edge in drawing.edges if (edge.source, edge.target) in needs)
    while waiting:
        turn = [one for one in waiting if one[1].source in placed] or waiting[:1]
        for n, edge in turn:
            if _leads_to(after, edge.target, edge.source):
                loops.add(n)
            else:
                after[edge.source].append(edge.target)
                placed.add(edge.target)
        taken = {n for n, _ in turn}
        waiting = [one for one in waiting if one[0] not in taken]
    return _graph(node_ids, ((source, target) for source in after for target in after[source])), loops


def _leads_to(after: dict[str, list[str]], start: str, end: str) -> bool:
    """Whether `end` is `start` or comes after it."""
    seen, waiting = {start}, [start]
    while waiting:
        node = waiting.pop()
        if node == end:
            return True
        fresh = [successor for successor in after[node] if successor not in seen]
        seen.update(fresh)
        waiting.extend(fresh)
    return False


def _graph(node_ids: Iterable[str], pairs: Iterable[tuple[str, str]]) -> Graph:
    return Graph.of(node_ids, pairs)
