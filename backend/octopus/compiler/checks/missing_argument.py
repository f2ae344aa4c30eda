"""Every argument that a user's function cannot do without has a value."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.compiler.prospect import Prospect
from octopus.domain.problem import Problem, ProblemCode

NONE_GIVEN = Prospect(value={})


def missing_argument(drawing: Drawing) -> Iterator[Problem]:
    for index, step, step_type in drawing.known_steps():
        if step_type.ports_from is None:
            continue
        name = step_type.ports_from.arguments
        given = drawing.prospects[step.id].get(name, NONE_GIVEN)
        for argument in drawing.own_types[step.id].required:
            if given.is_sound and isinstance(given.value, dict) and argument not in given.value:
                yield Problem(
                    code=ProblemCode.MISSING_ARGUMENT,
                    message=f"The function of `{step.id}` needs a value for its parameter `{argument}`.",
                    pointer=pointer("steps", index, "params", name, argument),
                    step_id=step.id,
                )
