"""Every parameter's value is what its JSON Schema says, strictly: true is no number, "1" is none either."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.compiler.references_in_text import holds_reference
from octopus.compiler.schema import ParameterSchema
from octopus.domain.problem import Problem, ProblemCode


def invalid_parameter(drawing: Drawing) -> Iterator[Problem]:
    schemas: dict[str, ParameterSchema] = {}
    for index, step, step_type in drawing.known_steps():
        schema = schemas.setdefault(step.type, ParameterSchema.of(step_type))
        for name, value in step.params.items():
            if holds_reference(value):
                continue  # its value is not known yet; not_supported_yet reports it
            for place, message in schema.faults(name, value):
                yield Problem(
                    code=ProblemCode.INVALID_PARAMETER,
                    message=message,
                    pointer=pointer("steps", index, "params", name, *place),
                    step_id=step.id,
                )
