"""Course: what an attempt tells in which nothing out of the ordinary happens, put together once per flow."""

from collections.abc import Sequence
from typing import NamedTuple

from octopus.flow.run import Told, edge_told, node_told
from octopus.flow.ways import Way, edges_of


class Course(NamedTuple):
    """`begins`: the node and all edges into it are running; `succeeds`: both have ended well."""

    begins: tuple[Told, ...]
    succeeds: tuple[Told, ...]

    @classmethod
    def of(cls, node_id: str, into: Sequence[Way], note: str | None) -> "Course":
        """`into`: the forward ways to the node. `note`: said with its messages."""
        edges = edges_of(into)
        begins = (*(edge_told(*edge, "running", True) for edge in edges), node_told(node_id, "running", note))
        succeeds = (node_told(node_id, "success", note), *(edge_told(*edge, "success") for edge in edges))
        return cls(begins, succeeds)
