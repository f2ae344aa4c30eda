"""Branches: which of the ways out of a node are taken, given what its body returned."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from octopus.flow.choice import Choice
from octopus.flow.faults import FlowFault
from octopus.flow.ways import Way

DECIDING_TYPES = frozenset({"condition", "decision", "branch"})
"""Types of nodes whose bare result (a bool, a number, a text) is the choice of a branch."""


class Branch(NamedTuple):
    """One way out. `port`: the engine's name for it, unique at its node. `number`: of the output port that it leaves;
    None: it leaves none in particular and is taken whatever is chosen."""

    port: str
    label: str
    number: int | None
    target: str


class Branches:
    """The ways out of one node. `ports`: the engine's names for them, in their order; `every`: the same. `decides`: the
    node is a condition. `port_count`: output ports it is drawn with."""

    __slots__ = ("_out", "decides", "every", "node_id", "port_count", "ports")

    def __init__(self, node_id: str, out: Sequence[Way], decides: bool = False, port_count: int = 1) -> None:
        self.node_id = node_id
        self._out = out
        self.ports = _ports(out)
        self.every = frozenset(self.ports)
        self.decides = decides
        self.port_count = port_count

    @property
    def ways(self) -> tuple[Branch, ...]:
        """Without a drawn way out the dependents are the ports, in the order of the steps."""
        is_drawn = any(way.drawn is not None for way in self._out)
        return tuple(
            Branch(port, way.drawn.label, way.drawn.source_port, way.target)
            if way.drawn is not None
            else Branch(port, "", None if is_drawn else index, way.target)
            for index, (way, port) in enumerate(zip(self._out, self.ports, strict=True))
        )

    def split(self, result: Any) -> tuple[Any, frozenset[str]]:
        """The node's value and the engine's ports that it emits. Raises FlowFault for a branch that does not exist, and
        for a condition that says nothing which of its branches to take."""
        if isinstance(result, Choice):
            return result.value, self._chosen(result.branch)
        if not self.decides:
            return result, self.every
        plain = result.item() if type(result).__module__ == "numpy" and hasattr(result, "item") else result
        if isinstance(plain, (bool, int, str)):
            return plain, self._chosen(plain)
        if len({way.number for way in self.ways}) > 1 or len({way.label for way in self.ways}) > 1:
            raise FlowFault(
                f"{self.node_id} is a condition and returned a {type(result).__name__}, which chooses no branch: "
                f"return True, False, a port's number, an edge's label ({self._labels()}) or Choice(branch, value).",
                self.node_id,
            )
        return result, self.every

    def first(self) -> frozenset[str]:
        """What a condition emits that only pretends to decide: its first port. Any other node emits everything."""
        numbers = [way.number for way in self.ways if way.number is not None]
        return self._at(min(numbers)) if self.decides and numbers else self.every

    def _chosen(self, branch: str | int | bool) -> frozenset[str]:
        if isinstance(branch, bool):
            return self._at(0 if branch else 1)
        if isinstance(branch, int):
            return self._numbered(branch)
        by_label = [way.port for way in self.ways if branch and way.label == branch]
        by_target = [way.port for way in self.ways if way.target == branch]
        if not (by_label or by_target):
            raise FlowFault(
                f"{self.node_id} chose the branch {branch!r}, but no edge out of it has that label or leads there: "
                f"its edges are {self._labels()}.",
                self.node_id,
            )
        return frozenset(by_label or by_target) | self._unconditional()

    def _numbered(self, number: int) -> frozenset[str]:
        last = max(self.port_count - 1, *(way.number or 0 for way in self.ways), 0)
        if not 0 <= number <= last:
            raise FlowFault(f"{self.node_id} chose port {number}; its last port is {last}.", self.node_id)
        return self._at(number)

    def _at(self, number: int) -> frozenset[str]:
        return frozenset(way.port for way in self.ways if way.number == number) | self._unconditional()

    def _unconditional(self) -> frozenset[str]:
        return frozenset(way.port for way in self.ways if way.number is None)

    def _labels(self) -> str:
        return ", ".join(repr(way.label or way.target) for way in self.ways) or "none"


def _ports(out: Sequence[Way]) -> tuple[str, ...]:
    """Named as a person would: by the label, else by where the way leads."""
    names: dict[str, None] = {}
    for way in out:
        name = (way.drawn.label if way.drawn is not None else "") or way.target
        names[name if name not in names else f"{name} ({way.id})"] = None
    return tuple(names)
