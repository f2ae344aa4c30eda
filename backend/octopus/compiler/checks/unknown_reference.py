"""What a reference names exists: a parameter of the pipeline, or a step."""

from collections.abc import Iterator, Sequence

from octopus.compiler.drawing import Drawing, PlacedReference
from octopus.compiler.plan import MetricReference
from octopus.compiler.pointer import pointer
from octopus.compiler.reference import ParameterReference, written
from octopus.compiler.wording import did_you_mean
from octopus.domain.problem import Problem, ProblemCode


def unknown_reference(drawing: Drawing) -> Iterator[Problem]:
    parameters, steps = drawing.document.parameters, drawing.steps
    for placed in drawing.references:
        match placed.reference:
            case ParameterReference(name) if name not in parameters:
                yield _problem(placed, "pipeline parameter", name, list(parameters))
            case MetricReference(step_id) if step_id not in steps:
                yield _problem(placed, "step", step_id, list(steps))


def _problem(placed: PlacedReference, what: str, name: str, known: Sequence[str]) -> Problem:
    return Problem(
        code=ProblemCode.UNKNOWN_REFERENCE,
        message=f"`{written(placed.reference)}` names the {what} `{name}`, which does not exist"
        f"{did_you_mean(name, known)}",
        pointer=pointer("steps", placed.step_index, "params", *placed.place),
        step_id=placed.step_id,
    )
