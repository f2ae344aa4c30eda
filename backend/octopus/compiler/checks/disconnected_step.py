"""A step without any edge, beside others, is likely to be forgotten: a warning."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.domain.problem import Problem, ProblemCode


def disconnected_step(drawing: Drawing) -> Iterator[Problem]:
    steps = drawing.document.steps
    touched = {step_id for edge in drawing.document.edges for step_id in (edge.source, edge.target)}
    for index, step in enumerate(steps if len(steps) > 1 else ()):
        if step.id not in touched and step.enabled:
            yield Problem(
                code=ProblemCode.DISCONNECTED_STEP,
                severity="warning",
                message=f"`{step.id}` is connected to nothing; it runs by itself.",
                pointer=pointer("steps", index),
                step_id=step.id,
            )
