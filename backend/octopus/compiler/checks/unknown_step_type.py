"""Every step's type is in the catalog, and its code is there."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.compiler.wording import names
from octopus.domain.pipeline import Step
from octopus.domain.problem import Problem, ProblemCode


def unknown_step_type(drawing: Drawing) -> Iterator[Problem]:
    for index, step in enumerate(drawing.document.steps):
        message = _fault(drawing, step)
        if message is not None:
            yield Problem(
                code=ProblemCode.UNKNOWN_STEP_TYPE,
                message=message,
                pointer=pointer("steps", index, "type"),
                step_id=step.id,
            )


def _fault(drawing: Drawing, step: Step) -> str | None:
    known = drawing.type_of(step)
    if known is None:
        near = drawing.catalog.nearest(step.type)
        hint = f"the nearest are {names(near)}" if near else "the palette lists those there are"
        return f"There is no step type `{step.type}`; {hint}."
    return None if known.unavailable is None else f"The step type `{step.type}` is not available: {known.unavailable}"
