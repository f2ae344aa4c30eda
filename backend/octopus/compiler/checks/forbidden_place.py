"""A parameter of a foreign step that names a file or an address leads only where such parameters may."""

from collections.abc import Iterator

from octopus.catalog.places import place_fault
from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.compiler.schema import with_defaults
from octopus.compiler.shared_ports import connected_ports
from octopus.domain.problem import Problem, ProblemCode


def forbidden_place(drawing: Drawing) -> Iterator[Problem]:
    connected = connected_ports(drawing.document)
    for index, step, step_type in drawing.known_steps():
        entry = drawing.entries[step.type]
        if entry is None or not entry.places:
            continue
        values = with_defaults(step_type, {name: seen.value for name, seen in drawing.prospects[step.id].items()})
        for place in entry.places:
            value = values.get(place.parameter)
            fault = place_fault(place, value) if isinstance(value, str) else None
            if fault is not None and (step.id, place.parameter) not in connected:
                yield Problem(
                    code=ProblemCode.FORBIDDEN_PLACE,
                    message=f"`{place.parameter}` {fault}",
                    pointer=pointer("steps", index, "params", place.parameter),
                    step_id=step.id,
                )
