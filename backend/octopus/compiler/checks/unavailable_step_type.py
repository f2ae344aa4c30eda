"""Every step's type can run now: its project's folder is there and can be read."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.domain.problem import Problem, ProblemCode


def unavailable_step_type(drawing: Drawing) -> Iterator[Problem]:
    for index, step, step_type in drawing.known_steps():
        if step_type.unavailable is not None:
            yield Problem(
                code=ProblemCode.UNAVAILABLE_STEP_TYPE,
                message=f"Steps of type `{step.type}` cannot run now: {step_type.unavailable}",
                pointer=pointer("steps", index, "type"),
                step_id=step.id,
            )
