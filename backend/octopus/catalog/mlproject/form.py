"""A parameter with what the `octopus:` section says of it -> its JSON Schema, in the words of the built-in steps."""

from pydantic import JsonValue

from octopus.catalog.mlproject.findings import Findings, Place, ProjectFault
from octopus.catalog.mlproject.parameters import Parameter
from octopus.catalog.mlproject.section import SectionParameter

Schema = dict[str, JsonValue]

_TYPES = {"number": "number", "integer": "integer"}
NO_WORDS = SectionParameter()


def field_schema(parameter: Parameter, words: SectionParameter, findings: Findings, place: Place) -> Schema:
    """`place`: of the section's entry. A default that the section itself forbids is a finding."""
    base = _TYPES.get(parameter.kind, "string")
    schema: Schema = {"type": [base, "null"] if parameter.nullable else base}
    schema["title"] = words.title or _title(parameter.name)
    if text := words.help or words.description:
        schema["description"] = text
    if parameter.kind in ("path", "uri"):
        schema["x-octopus-data"] = True
    if words.widget is not None:
        schema["x-widget"] = words.widget
    _choices(schema, parameter, words, findings, place)
    _bounds(schema, parameter, words, findings, place)
    if parameter.kind in ("path", "uri") and parameter.is_required:
        schema["minLength"] = 1
    if not parameter.is_required:
        schema["default"] = parameter.default
    return schema


def _choices(schema: Schema, parameter: Parameter, words: SectionParameter, findings: Findings, place: Place) -> None:
    choices: list[JsonValue] = list(words.enum or parameter.choices)
    if not choices:
        return
    if any(not _is_a(parameter, choice) for choice in choices):
        findings.error(
            ProjectFault.WRONG_SHAPE,
            (*place, "enum"),
            f"Every choice of {parameter.name} must be of its type, {_kind_words(parameter)}; put text in quotes.",
        )
    elif not parameter.is_required and parameter.default is not None and parameter.default not in choices:
        findings.error(
            ProjectFault.INVALID_DEFAULT,
            (*place, "enum"),
            f"The default of {parameter.name}, {parameter.default!r}, is not among its choices.",
        )
    schema["enum"] = [*choices, None] if parameter.nullable else choices


def _bounds(schema: Schema, parameter: Parameter, words: SectionParameter, findings: Findings, place: Place) -> None:
    bounds = {"minimum": words.minimum, "maximum": words.maximum}
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    if given and parameter.kind not in _TYPES:
        message = (
            f"{parameter.name} is not a number: it has no {' and no '.join(given)}. Declare its type as float or int."
        )
        findings.error(ProjectFault.WRONG_SHAPE, (*place, next(iter(given))), message)
        return
    schema.update(given)
    default = parameter.default
    low, high = bounds["minimum"], bounds["maximum"]
    if not isinstance(default, int | float):
        return
    if (low is not None and default < low) or (high is not None and default > high):
        message = f"The default of {parameter.name}, {default}, lies outside minimum and maximum."
        findings.error(ProjectFault.INVALID_DEFAULT, place, message)


def _is_a(parameter: Parameter, value: JsonValue) -> bool:
    if parameter.kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if parameter.kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str)


def _kind_words(parameter: Parameter) -> str:
    return {"integer": "a whole number", "number": "a number"}.get(parameter.kind, "text")


def _title(name: str) -> str:
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]
