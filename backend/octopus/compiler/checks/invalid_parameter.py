"""Every parameter's value is what its JSON Schema says, strictly: true is no number, "1" is none either. References
stand for their values; what only the run will tell is checked for its kind alone."""

from collections.abc import Iterator

from octopus.catalog.step_type import StepType
from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.compiler.prospect import Prospect
from octopus.compiler.reference import Place, written
from octopus.compiler.schema import ParameterSchema
from octopus.domain.problem import Problem, ProblemCode


def invalid_parameter(drawing: Drawing) -> Iterator[Problem]:
    schemas: dict[str, ParameterSchema] = {}
    for index, step, step_type in drawing.known_steps():
        schema = _schema_of(step_type, schemas)
        for name, seen in drawing.prospects[step.id].items():
            for place, message in _faults(schema, name, seen):
                yield Problem(
                    code=ProblemCode.INVALID_PARAMETER,
                    message=message,
                    pointer=pointer("steps", index, "params", name, *place),
                    step_id=step.id,
                )


def _schema_of(step_type: StepType, schemas: dict[str, ParameterSchema]) -> ParameterSchema:
    """Made once per type, where all steps of a type have the same."""
    if step_type.ports_from is not None:
        return ParameterSchema.of(step_type)
    if step_type.id not in schemas:
        schemas[step_type.id] = ParameterSchema.of(step_type)
    return schemas[step_type.id]


def _faults(schema: ParameterSchema, name: str, seen: Prospect) -> Iterator[tuple[Place, str]]:
    """Each with its place in the document: what is within a referred value stands where the reference stands."""
    if not seen.is_sound:
        return
    for place, message in schema.faults(name, seen.value, seen.stand_ins):
        whole = next((place[:length] for length in range(len(place) + 1) if place[:length] in seen.wholes), None)
        if whole is None:
            yield place, message
        else:
            yield whole, f"{message} It is the value of `{written(seen.wholes[whole])}`."
