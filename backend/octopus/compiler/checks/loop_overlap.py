"""Of two loops one lies within the other, or they share no step."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.domain.problem import Problem, ProblemCode


def loop_overlap(drawing: Drawing) -> Iterator[Problem]:
    for overlap in drawing.loops.overlaps:
        edge, other = overlap.edge, overlap.other
        yield Problem(
            code=ProblemCode.LOOP_OVERLAP,
            message=f"The loops `{edge.source} -> {edge.target}` and `{other.source} -> {other.target}` share "
            f"`{overlap.step_id}`, but neither lies within the other. Let one hold the other, or take them apart.",
            pointer=pointer("edges", overlap.index),
            step_id=overlap.step_id,
            edge_id=edge.id,
        )
