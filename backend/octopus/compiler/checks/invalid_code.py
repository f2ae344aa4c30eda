"""Where a step takes its ports from a function of the user's, that function can be read."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.domain.problem import Problem, ProblemCode


def invalid_code(drawing: Drawing) -> Iterator[Problem]:
    for index, step, _ in drawing.known_steps():
        fault = drawing.own_types[step.id].fault
        if fault is not None:
            yield Problem(
                code=ProblemCode.INVALID_CODE,
                message=fault.message,
                pointer=pointer("steps", index, "params", fault.parameter),
                step_id=step.id,
            )
