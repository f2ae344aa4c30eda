"""Every step's type is in the catalog."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.compiler.wording import names
from octopus.domain.problem import Problem, ProblemCode


def unknown_step_type(drawing: Drawing) -> Iterator[Problem]:
    for index, step in enumerate(drawing.document.steps):
        if drawing.type_of(step) is None:
            near = drawing.catalog.nearest(step.type)
            hint = f"the nearest are {names(near)}" if near else "the palette lists those there are"
            yield Problem(
                code=ProblemCode.UNKNOWN_STEP_TYPE,
                message=f"There is no step type `{step.type}`; {hint}.",
                pointer=pointer("steps", index, "type"),
                step_id=step.id,
            )
