"""Fills in what an edge may leave out: its id, and on a loop edge the limit and what happens there."""

from collections.abc import Iterator
from itertools import count

DEFAULT_MAX_ITERATIONS = 3
"""Executions of a loop's body, the first included, unless the edge says otherwise."""


def with_edge_defaults(value: dict[str, object]) -> dict[str, object]:
    """`value` with every edge's defaults; whatever is not an edge's shape is left for the shape check to refuse."""
    edges = value.get("edges")
    if not isinstance(edges, list):
        return value
    taken = {edge["id"] for edge in edges if isinstance(edge, dict) and isinstance(edge.get("id"), str)}
    free = (f"e{n}" for n in count(1) if f"e{n}" not in taken)
    return {**value, "edges": [_filled(edge, free) for edge in edges]}


def _filled(edge: object, free: Iterator[str]) -> object:
    if not isinstance(edge, dict):
        return edge
    filled = edge if "id" in edge else {"id": next(free), **edge}
    if filled.get("kind") != "loop":
        return filled
    stated = {name: given for name, given in filled.items() if given is not None}
    return {**filled, "max_iterations": DEFAULT_MAX_ITERATIONS, "on_limit": "fail", **stated}
