"""Loop edges of a drawing without cycles: the body of each, how the bodies lie within one another, which ones overlap.

The body of a loop is every step on a forward path from its target to its source. Costs the sum of the bodies.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from octopus.compiler.graph import Graph, between
from octopus.domain.pipeline import Edge


@dataclass(frozen=True, slots=True)
class Loop:
    """`index`: of the edge in the document. `parent`: edge id of the innermost loop whose body holds this one and more,
    None if none does. Loops with the very same body share one parent."""

    index: int
    edge: Edge
    body: frozenset[str]
    parent: str | None


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two loops that share `step_id` although neither body holds the other; the later of the two is `index`, `edge`."""

    index: int
    edge: Edge
    other: Edge
    step_id: str


@dataclass(frozen=True, slots=True)
class Loops:
    """All in document order. `loops`: those that overlap with none. `not_back`: loop edges (with their index) whose
    target is not before their source; those that lead from a step to itself are left out."""

    loops: tuple[Loop, ...]
    not_back: tuple[tuple[int, Edge], ...]
    overlaps: tuple[Overlap, ...]


@dataclass(frozen=True, slots=True)
class _Drawn:
    index: int
    edge: Edge
    body: frozenset[str]


def loops_of(edges: Iterable[Edge], graph: Graph, order: Mapping[str, int]) -> Loops:
    """`graph`: of the forward edges; `order`: place of each step in its topological order."""
    drawn: list[_Drawn] = []
    not_back: list[tuple[int, Edge]] = []
    for index, edge in enumerate(edges):
        if edge.kind != "loop" or edge.source == edge.target:
            continue
        body = between(graph, order, edge.target, edge.source)
        if body:
            drawn.append(_Drawn(index, edge, frozenset(body)))
        else:
            not_back.append((index, edge))
    loops, overlaps = _nested(drawn, order)
    in_order = sorted(loops, key=lambda loop: loop.index)
    return Loops(tuple(in_order), tuple(not_back), tuple(overlaps))


def _nested(drawn: list[_Drawn], order: Mapping[str, int]) -> tuple[list[Loop], list[Overlap]]:
    """The largest bodies first: a body fits if all of its steps have the same innermost loop so far."""
    innermost: dict[str, Loop] = {}
    loops: list[Loop] = []
    overlaps: list[Overlap] = []
    for one in sorted(drawn, key=lambda one: -len(one.body)):
        around = {id(found): found for step_id in one.body if (found := innermost.get(step_id)) is not None}
        is_within_one = len({id(innermost.get(step_id)) for step_id in one.body}) == 1
        if not is_within_one:
            other = min(around.values(), key=lambda loop: (len(loop.body), loop.index))
            overlaps.append(_overlap(one, other, order))
            continue
        loop = Loop(one.index, one.edge, one.body, _parent(one, next(iter(around.values()), None)))
        innermost.update(dict.fromkeys(one.body, loop))
        loops.append(loop)
    return loops, sorted(overlaps, key=lambda overlap: overlap.index)


def _parent(one: _Drawn, around: Loop | None) -> str | None:
    if around is None:
        return None
    return around.parent if len(around.body) == len(one.body) else around.edge.id


def _overlap(one: _Drawn, other: Loop, order: Mapping[str, int]) -> Overlap:
    shared = min(one.body & other.body, key=order.__getitem__)
    if one.index > other.index:
        return Overlap(one.index, one.edge, other.edge, shared)
    return Overlap(other.index, other.edge, one.edge, shared)
