"""A loop edge goes back: its target comes before its source on a path of forward edges."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.domain.problem import Problem, ProblemCode


def loop_target_not_upstream(drawing: Drawing) -> Iterator[Problem]:
    for index, edge in drawing.loops.not_back:
        yield Problem(
            code=ProblemCode.LOOP_TARGET_NOT_UPSTREAM,
            message=f"The loop edge `{edge.id}` leads to `{edge.target}`, from which no forward path leads back to "
            f"`{edge.source}`: there is nothing to repeat. Lead it to a step before `{edge.source}`, or make it a "
            "forward edge.",
            pointer=pointer("edges", index),
            step_id=edge.target,
            port=edge.target_port,
            edge_id=edge.id,
        )
