"""The default of a pipeline parameter is of its type."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pipeline_parameters import value_fault
from octopus.compiler.pointer import pointer
from octopus.domain.problem import Problem, ProblemCode


def invalid_default(drawing: Drawing) -> Iterator[Problem]:
    for name, parameter in drawing.document.parameters.items():
        fault = None if parameter.default is None else value_fault(parameter, parameter.default)
        if fault is not None:
            yield Problem(
                code=ProblemCode.INVALID_DEFAULT,
                message=f"The default of the pipeline parameter `{name}` {fault}",
                pointer=pointer("parameters", name, "default"),
            )
