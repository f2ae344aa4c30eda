"""Two ports are connected at most once."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.domain.pipeline import Edge
from octopus.domain.problem import Problem, ProblemCode


def duplicate_edge(drawing: Drawing) -> Iterator[Problem]:
    first: dict[tuple[str, ...], Edge] = {}
    for index, edge in enumerate(drawing.document.edges):
        earlier = first.setdefault(ends_of(edge), edge)
        if earlier is not edge:
            yield Problem(
                code=ProblemCode.DUPLICATE_EDGE,
                message=f"Edge `{edge.id}` connects the same two ports as `{earlier.id}`; remove one of them.",
                pointer=pointer("edges", index),
                step_id=edge.target,
                port=edge.target_port,
                edge_id=edge.id,
            )


def ends_of(edge: Edge) -> tuple[str, ...]:
    """What makes two edges the same connection."""
    return edge.source, edge.source_port, edge.target, edge.target_port, edge.kind
