"""Questions about a directed graph of step ids. Iterative throughout: a chain of any length is no recursion.

Every answer is linear in steps and edges (the topological order times a logarithm) and depends on the order of the
document alone, never on hashing.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush


@dataclass(frozen=True, slots=True)
class Graph:
    """`nodes` in document order; `after` and `before`: successors and predecessors, once per edge, in edge order."""

    nodes: tuple[str, ...]
    after: Mapping[str, Sequence[str]]
    before: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, nodes: Iterable[str], edges: Iterable[tuple[str, str]]) -> "Graph":
        """`edges`: (source, target) pairs between `nodes`."""
        ordered = tuple(nodes)
        after: dict[str, list[str]] = {node: [] for node in ordered}
        before: dict[str, list[str]] = {node: [] for node in ordered}
        for source, target in edges:
            after[source].append(target)
            before[target].append(source)
        return cls(ordered, after, before)


def topological_order(graph: Graph) -> list[str]:
    """Every node after its predecessors, ties in document order. Nodes on a cycle, and those after it, are left out."""
    place = {node: index for index, node in enumerate(graph.nodes)}
    waits_for = {node: len(graph.before[node]) for node in graph.nodes}
    ready = [place[node] for node, count in waits_for.items() if count == 0]
    heapify(ready)
    order: list[str] = []
    while ready:
        node = graph.nodes[heappop(ready)]
        order.append(node)
        for successor in graph.after[node]:
            waits_for[successor] -= 1
            if waits_for[successor] == 0:
                heappush(ready, place[successor])
    return order


def ancestors(graph: Graph, node: str) -> set[str]:
    """The nodes from which a path leads to `node`; `node` itself only if it is on a cycle."""
    found: set[str] = set()
    waiting = list(graph.before[node])
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(graph.before[current])
    return found


def descendants(graph: Graph, nodes: Iterable[str]) -> set[str]:
    """`nodes` themselves and every node to which a path leads from one of them."""
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(graph.after[current])
    return found


def between(graph: Graph, place: Mapping[str, int], start: str, end: str) -> set[str]:
    """Every node on a path from `start` to `end`, both included; empty if there is none. `place`: of each node in a
    topological order, so that only what lies between the two is looked at."""
    before_end: set[str] = set()
    waiting = [end]
    while waiting:
        current = waiting.pop()
        if current not in before_end and place[current] >= place[start]:
            before_end.add(current)
            waiting.extend(graph.before[current])
    found: set[str] = set()
    waiting = [start]
    while waiting:
        current = waiting.pop()
        if current in before_end and current not in found:
            found.add(current)
            waiting.extend(graph.after[current])
    return found


def unreachable(graph: Graph, order: Iterable[str], pairs: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the (earlier, later) `pairs` without a path from the one to the other. `order`: topological. One sweep;
    per node one bit for each node that is asked about."""
    bits = {earlier: 1 << number for number, earlier in enumerate(dict.fromkeys(earlier for earlier, _ in pairs))}
    reached: dict[str, int] = {}
    for node in order if bits else ():
        upstream = 0
        for predecessor in graph.before[node]:
            upstream |= reached[predecessor] | bits.get(predecessor, 0)
        reached[node] = upstream
    return {(earlier, later) for earlier, later in pairs if not reached[later] & bits[earlier]}


def cycles(graph: Graph) -> list[list[str]]:
    """One shortest cycle per knot (strongly connected component of two or more nodes), each beginning with its first
    node in document order, the knots in document order."""
    place = {node: index for index, node in enumerate(graph.nodes)}
    knots = [sorted(members, key=place.__getitem__) for members in _components(graph) if len(members) > 1]
    return [_shortest_cycle(graph, knot) for knot in sorted(knots, key=lambda members: place[members[0]])]


def _shortest_cycle(graph: Graph, knot: Sequence[str]) -> list[str]:
    """The shortest way from the knot's first node back to itself."""
    start, members = knot[0], set(knot)
    came_from: dict[str, str] = {}
    waiting = deque([start])
    while start not in came_from:
        node = waiting.popleft()
        for successor in graph.after[node]:
            if successor in members and successor != node and successor not in came_from:
                came_from[successor] = node
                waiting.append(successor)
    backwards = [came_from[start]]
    while backwards[-1] != start:
        backwards.append(came_from[backwards[-1]])
    return backwards[::-1]


def _components(graph: Graph) -> Iterator[list[str]]:
    """Strongly connected components, by Kosaraju's two walks (Sharir, Computers & Mathematics 7(1), 1981)."""
    assigned: set[str] = set()
    for root in reversed(_finishing_order(graph)):
        members: list[str] = []
        waiting = [root]
        while waiting:
            node = waiting.pop()
            if node not in assigned:
                assigned.add(node)
                members.append(node)
                waiting.extend(graph.before[node])
        yield members


def _finishing_order(graph: Graph) -> list[str]:
    """The nodes in the order in which a depth-first walk leaves them for good."""
    finished: list[str] = []
    entered: set[str] = set()
    for root in graph.nodes:
        path = [] if root in entered else [(root, iter(graph.after[root]))]
        entered.add(root)
        while path:
            node, successors = path[-1]
            fresh = next((successor for successor in successors if successor not in entered), None)
            if fresh is None:
                path.pop()
                finished.append(node)
            else:
                entered.add(fresh)
                path.append((fresh, iter(graph.after[fresh])))
    return finished
