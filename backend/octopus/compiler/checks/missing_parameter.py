"""Every required parameter has a value."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.compiler.schema import required_parameters
from octopus.domain.problem import Problem, ProblemCode


def missing_parameter(drawing: Drawing) -> Iterator[Problem]:
    for index, step, step_type in drawing.known_steps():
        for name in required_parameters(step_type):
            if name not in step.params:
                yield Problem(
                    code=ProblemCode.MISSING_PARAMETER,
                    message=f"The parameter `{name}` of `{step.id}` is required and has no value.",
                    pointer=pointer("steps", index, "params", name),
                    step_id=step.id,
                )
