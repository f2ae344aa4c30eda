"""An input port that is not `many` takes at most one forward edge and one loop edge."""

from collections.abc import Iterator

from octopus.compiler.checks.duplicate_edge import ends_of
from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.domain.pipeline import Edge
from octopus.domain.problem import Problem, ProblemCode


def port_taken(drawing: Drawing) -> Iterator[Problem]:
    first: dict[tuple[str, str, str], Edge] = {}
    for index, edge in enumerate(drawing.document.edges):
        port = drawing.inputs.get(edge.target, {}).get(edge.target_port)
        if port is None or port.many:
            continue
        holder = first.setdefault((edge.target, edge.target_port, edge.kind), edge)
        if holder is not edge and ends_of(holder) != ends_of(edge):
            yield Problem(
                code=ProblemCode.PORT_TAKEN,
                message=f"`{edge.target}.{port.name}` takes one edge and already has `{holder.id}` from "
                f"`{holder.source}.{holder.source_port}`; remove one of the two.",
                pointer=pointer("edges", index),
                step_id=edge.target,
                port=port.name,
                edge_id=edge.id,
            )
