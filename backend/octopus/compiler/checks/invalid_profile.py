"""A profile has values for parameters that the pipeline declares, each of its parameter's type."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pipeline_parameters import value_fault
from octopus.compiler.pointer import pointer
from octopus.compiler.wording import did_you_mean, quoted
from octopus.domain.problem import Problem, ProblemCode


def invalid_profile(drawing: Drawing) -> Iterator[Problem]:
    declared = drawing.document.parameters
    for profile, values in drawing.document.profiles.items():
        for name, value in values.items():
            if name not in declared:
                fault = f"is no parameter of the pipeline{did_you_mean(name, list(declared))}"
            else:
                fault = value_fault(declared[name], value) or ""
            if fault:
                yield Problem(
                    code=ProblemCode.INVALID_PROFILE,
                    message=f"In the profile {quoted(profile)}: {quoted(name)} {fault}",
                    pointer=pointer("profiles", profile, name),
                )
