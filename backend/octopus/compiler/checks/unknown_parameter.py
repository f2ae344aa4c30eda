"""A step has only parameters that its type declares."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.compiler.schema import declared_parameters
from octopus.compiler.wording import did_you_mean, quoted
from octopus.domain.problem import Problem, ProblemCode


def unknown_parameter(drawing: Drawing) -> Iterator[Problem]:
    for index, step, step_type in drawing.known_steps():
        declared = list(declared_parameters(step_type))
        for name in step.params:
            if name not in declared:
                yield Problem(
                    code=ProblemCode.UNKNOWN_PARAMETER,
                    message=f"`{step.type}` has no parameter {quoted(name)}{did_you_mean(name, declared)}",
                    pointer=pointer("steps", index, "params", name),
                    step_id=step.id,
                )
