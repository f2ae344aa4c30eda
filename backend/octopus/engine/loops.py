"""Loops: how the loops of a plan lie to one another, looked up once per run.

Two loops whose bodies are disjoint or nested, as the compiler has made sure, stand in one of these relations: one is
`nested` in the other (its body is a part of the other's); one is `later` than the other (the other repeats its whole
body, which lies downstream); they are `twins` (the same body); or they are independent, even if they repeat some
steps both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from octopus.compiler.plan import PlannedLoop


@dataclass(frozen=True, slots=True)
class LoopPlace:
    """A loop among the others, each named by its edge. `nested`, `later`: loops that begin anew when this one fires;
    `around`: those it is nested in; `earlier`: those it is later than; `twins`: those with the same body. `group`: its
    group, in which all loops wait for one another. `index`: its place in the document."""

    loop: PlannedLoop
    index: int
    group: int
    nested: frozenset[str]
    around: frozenset[str]
    earlier: frozenset[str]
    later: frozenset[str]
    twins: frozenset[str]

    @property
    def words(self) -> str:
        return f"loop {self.loop.source} -> {self.loop.target}"


@dataclass(frozen=True, slots=True)
class Loops:
    """`groups`: loops that share steps, directly or through others. `group_of`: of every step that is repeated.
    `group_sizes`: steps in each. `into`, `out_of`: per step the loops that end or begin there."""

    places: dict[str, LoopPlace]
    group_of: dict[str, int]
    group_sizes: tuple[int, ...]
    into: dict[str, tuple[PlannedLoop, ...]]
    out_of: dict[str, tuple[PlannedLoop, ...]]

    @classmethod
    def of(cls, loops: tuple[PlannedLoop, ...]) -> "Loops":
        group_of, sizes = _groups(loops)
        relations = _Relations(loops)
        places = {
            loop.edge_id: LoopPlace(
                loop,
                index,
                group_of[loop.target],
                frozenset(relations.nested[loop.edge_id]),
                frozenset(relations.around[loop.edge_id]),
                frozenset(relations.earlier[loop.edge_id]),
                frozenset(relations.later[loop.edge_id]),
                frozenset(relations.twins[loop.edge_id]),
            )
            for index, loop in enumerate(loops)
        }
        return cls(places, group_of, sizes, _by(loops, "target"), _by(loops, "source"))

    def in_order(self, edge_ids: Iterable[str]) -> list[LoopPlace]:
        """In the document's order."""
        return sorted((self.places[edge_id] for edge_id in edge_ids), key=lambda place: place.index)


class _Relations:
    """Every pair is found from the loop that repeats the other's target: O(size of all `repeats`)."""

    def __init__(self, loops: tuple[PlannedLoop, ...]) -> None:
        ids = [loop.edge_id for loop in loops]
        self.nested: dict[str, set[str]] = {edge_id: set() for edge_id in ids}
        self.around: dict[str, set[str]] = {edge_id: set() for edge_id in ids}
        self.earlier: dict[str, set[str]] = {edge_id: set() for edge_id in ids}
        self.later: dict[str, set[str]] = {edge_id: set() for edge_id in ids}
        self.twins: dict[str, set[str]] = {edge_id: set() for edge_id in ids}
        by_target = _by(loops, "target")
        bodies = {loop.edge_id: frozenset(loop.body) for loop in loops}
        for loop in loops:
            for step_id in loop.repeats:
                for other in by_target.get(step_id, ()):
                    if other is not loop:
                        self._relate(loop.edge_id, other.edge_id, bodies)

    def _relate(self, one: str, other: str, bodies: dict[str, frozenset[str]]) -> None:
        """`one` repeats the target of `other`."""
        if bodies[one].isdisjoint(bodies[other]):
            self.later[one].add(other)
            self.earlier[other].add(one)
        elif bodies[one] == bodies[other]:
            self.twins[one].add(other)
        elif bodies[one] > bodies[other]:
            self.nested[one].add(other)
            self.around[other].add(one)


def _groups(loops: tuple[PlannedLoop, ...]) -> tuple[dict[str, int], tuple[int, ...]]:
    """Per step its group, and how many steps are in each."""
    parent: dict[str, str] = {}

    def root(step_id: str) -> str:
        while parent[step_id] != step_id:
            parent[step_id] = parent[parent[step_id]]
            step_id = parent[step_id]
        return step_id

    for loop in loops:
        for step_id in loop.repeats:
            parent.setdefault(step_id, step_id)
            parent.setdefault(loop.target, loop.target)
            parent[root(step_id)] = root(loop.target)
    numbers: dict[str, int] = {}
    group_of = {step_id: numbers.setdefault(root(step_id), len(numbers)) for step_id in parent}
    sizes = [0] * len(numbers)
    for group in group_of.values():
        sizes[group] += 1
    return group_of, tuple(sizes)


def _by(loops: tuple[PlannedLoop, ...], end: Literal["source", "target"]) -> dict[str, tuple[PlannedLoop, ...]]:
    found: dict[str, list[PlannedLoop]] = {}
    for loop in loops:
        found.setdefault(loop.source if end == "source" else loop.target, []).append(loop)
    return {step_id: tuple(there) for step_id, there in found.items()}
