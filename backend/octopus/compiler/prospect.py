"""A parameter's value as far as it is known before the run: pipeline parameters in place, stand-ins of the right kind
for what only the run will tell. For checks; the plan takes the values themselves from `reference`."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from octopus.compiler.parameter_text import parameter_text
from octopus.compiler.plan import MetricReference
from octopus.compiler.reference import Malformed, ParameterReference, Part, Place, Reference, parts_of, references_in
from octopus.domain.pipeline import Parameter

METRIC_STAND_IN = 0.5
"""A metric is a number, and hardly ever a whole one."""
_STAND_INS: Mapping[str, JsonValue] = {
    "string": "text",
    "int": 1,
    "float": METRIC_STAND_IN,
    "bool": True,
    "list": [],
    "object": {},
}
MAX_REFERRED = 200_000
"""Characters of referred values in one parameter: twice what a command line carries. No more is put together, so that a
short document cannot ask for gigabytes of text."""
MAX_REFERRED_IN_ALL = 5_000_000
"""Characters of referred values in all parameters of a document: half a second of checking."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before the run. `declared`: the pipeline's parameters; `values`: those that have one; `lengths`:
    of the same as text."""

    declared: Mapping[str, Parameter]
    values: Mapping[str, JsonValue]
    lengths: Mapping[str, int]

    @classmethod
    def of(cls, declared: Mapping[str, Parameter], values: Mapping[str, JsonValue]) -> "Known":
        return cls(declared, values, {name: len(parameter_text(value)) for name, value in values.items()})


@dataclass(slots=True)
class Prospect:
    """`stand_ins`: where the value is only of the right kind; `wholes`: where it is exactly one reference's. `is_sound`
    False: nothing can be said of the value, since a reference in it is malformed or unknown, a problem of its own, or
    since it is too large to be put together; then `least_bytes` says how large it is, at least."""

    value: JsonValue = None
    stand_ins: set[Place] = field(default_factory=set)
    wholes: dict[Place, Reference] = field(default_factory=dict)
    is_sound: bool = True
    least_bytes: int = 0


def prospect(value: JsonValue, known: Known) -> Prospect:
    """`value` of a step's parameter, as it will be."""
    found = Prospect()
    referred = sum(
        known.lengths.get(reference.name, 0)
        for _, reference in references_in(value)
        if isinstance(reference, ParameterReference)
    )
    if referred > MAX_REFERRED:
        return Prospect(is_sound=False, least_bytes=referred)
    found.value = _seen(value, known, (), found)
    return found


def _seen(value: JsonValue, known: Known, place: Place, found: Prospect) -> JsonValue:
    if isinstance(value, str):
        return _text_seen(parts_of(value), known, place, found)
    if isinstance(value, list):
        return [_seen(item, known, (*place, index), found) for index, item in enumerate(value)]
    if isinstance(value, dict):
        return {name: _seen(item, known, (*place, name), found) for name, item in value.items()}
    return value


def _text_seen(parts: tuple[Part, ...], known: Known, place: Place, found: Prospect) -> JsonValue:
    if len(parts) == 1 and not isinstance(parts[0], str):
        found.wholes[place] = parts[0]
        return _value_of(parts[0], known, place, found)
    return "".join(
        part if isinstance(part, str) else parameter_text(_value_of(part, known, place, found)) for part in parts
    )


def _value_of(part: Reference, known: Known, place: Place, found: Prospect) -> JsonValue:
    match part:
        case ParameterReference(name) if name in known.values:
            return known.values[name]
        case ParameterReference(name) if name in known.declared:
            found.stand_ins.add(place)
            return _STAND_INS[known.declared[name].type]
        case MetricReference():
            found.stand_ins.add(place)
            return METRIC_STAND_IN
        case Malformed() | ParameterReference():
            found.is_sound = False
            return None
