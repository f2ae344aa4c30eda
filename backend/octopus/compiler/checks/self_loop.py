"""No edge leads from a step to itself; a loop needs at least two steps."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.domain.problem import Problem, ProblemCode


def self_loop(drawing: Drawing) -> Iterator[Problem]:
    for index, edge in enumerate(drawing.document.edges):
        if edge.source == edge.target:
            yield Problem(
                code=ProblemCode.SELF_LOOP,
                message=f"Edge `{edge.id}` leads from `{edge.source}` back to itself; remove it.",
                pointer=pointer("edges", index),
                step_id=edge.source,
                port=edge.target_port,
                edge_id=edge.id,
            )
