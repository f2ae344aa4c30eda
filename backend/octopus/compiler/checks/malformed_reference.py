"""What begins with `${` is a reference that octopus can read, or `$${`, a literal `${`."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.compiler.reference import Malformed
from octopus.compiler.wording import quoted
from octopus.domain.problem import Problem, ProblemCode


def malformed_reference(drawing: Drawing) -> Iterator[Problem]:
    for placed in drawing.references:
        if isinstance(placed.reference, Malformed):
            yield Problem(
                code=ProblemCode.MALFORMED_REFERENCE,
                message=f"{quoted(placed.reference.text)} is not a reference. Write `${{params.name}}`, "
                '`${steps.id.metrics.name}` or `${steps.id.metrics["any name"]}`; for a literal `${` write `$${`.',
                pointer=pointer("steps", placed.step_index, "params", *placed.place),
                step_id=placed.step_id,
            )
