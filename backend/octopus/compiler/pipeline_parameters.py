"""Pipeline parameters: declared types, defaults, profiles and the values given for a run -> the value of each.

Types are strict: true is no number, "1" is none either; a whole number is welcome where a float is declared and becomes
one, so that 1 and 1.0 are the same value.
"""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from octopus.compiler.json_gate import json_faults
from octopus.compiler.request import RunRequest
from octopus.compiler.wording import kind_of
from octopus.domain.pipeline import Parameter, PipelineDocument

_TYPE_WORDS = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "object": "an object",
}


def parameter_values(document: PipelineDocument, request: RunRequest) -> dict[str, JsonValue]:
    """Per declared parameter, in the document's order, the value given, else the profile's, else the default. Without
    those that have none, and without what is not of the declared type: a problem tells of it."""
    profile = document.profiles.get(request.profile, {}) if request.profile is not None else {}
    values: dict[str, JsonValue] = {}
    for name, parameter in document.parameters.items():
        stated = [source[name] for source in (request.parameters, profile) if name in source]
        value = stated[0] if stated else parameter.default
        if (stated or value is not None) and value_fault(parameter, value) is None:
            values[name] = _as_declared(parameter, value)
    return values


def value_fault(parameter: Parameter, value: JsonValue) -> str | None:
    """What is wrong with `value`, as the end of a sentence that begins with the parameter's name; None: nothing."""
    if not _is_of_type(parameter, value):
        return f"must be {_TYPE_WORDS[parameter.type]}, not {kind_of(value)}."
    fault = next(_json_faults(value), None)
    return None if fault is None else f"is not accepted: {fault}"


def _json_faults(value: JsonValue) -> Iterator[str]:
    return (fault.message for fault in json_faults(value))


def _is_of_type(parameter: Parameter, value: JsonValue) -> bool:
    match parameter.type:
        case "string":
            return isinstance(value, str)
        case "int":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "bool":
            return isinstance(value, bool)
        case "list":
            return isinstance(value, list)
        case "object":
            return isinstance(value, Mapping)


def _as_declared(parameter: Parameter, value: JsonValue) -> JsonValue:
    return float(value) if parameter.type == "float" and isinstance(value, int) else value
