"""Turns what a JSON Schema validator found into a sentence about a parameter."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import cast

from jsonschema import ValidationError
from pydantic import JsonValue

from octopus.compiler.reference import Place
from octopus.compiler.wording import did_you_mean, kind_of, names, quoted

_TYPE_WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_CHOICES = ("anyOf", "oneOf")


def leaves(error: ValidationError) -> Iterator[ValidationError]:
    """The errors worth telling: of a choice between schemas (a number or null) those of the one alternative that has
    the value's type, or the choice itself if there is no such one."""
    if error.validator not in _CHOICES or not error.context:
        yield error
        return
    meant = _of_its_type(error)
    if len(meant) != 1:
        yield error
        return
    for inner in meant[0]:
        yield from leaves(inner)


def _of_its_type(choice: ValidationError) -> list[list[ValidationError]]:
    """The errors of each alternative that has the value's type."""
    alternatives = groupby(choice.context or (), key=lambda inner: inner.schema_path[0])
    told = [list(errors) for _, errors in alternatives]
    return [errors for errors in told if not any(_is_wrong_type(inner, choice) for inner in errors)]


_OF_THE_FORM = frozenset(
    ("type", "minItems", "maxItems", "minProperties", "maxProperties", "required", "additionalProperties")
)
"""Rules that do not ask what the values within a list or an object are."""


PATTERN_HELP = "x-pattern-help"
"""In a schema beside `pattern`: a sentence for whoever wrote a value that does not match. What stands in a reference's
place never decides whether the text around it matches."""


def is_certain(leaf: ValidationError, stand_ins: Collection[Place]) -> bool:
    """Whether it will be a fault whatever stands at `stand_ins` in the end."""
    place = tuple(leaf.absolute_path)
    if any(place[: len(stand_in)] == stand_in for stand_in in stand_ins):
        if leaf.validator == "pattern":
            return _help(leaf) is not None
        return leaf.validator == "type" or (leaf.validator in _CHOICES and not _of_its_type(leaf))
    if any(stand_in[: len(place)] == place for stand_in in stand_ins):
        return leaf.validator in _OF_THE_FORM
    return True


def _is_wrong_type(inner: ValidationError, outer: ValidationError) -> bool:
    return inner.validator == "type" and len(inner.absolute_path) == len(outer.absolute_path)


@dataclass(frozen=True, slots=True)
class _Finding:
    """A schema's keyword, what it demands, and the value that does not meet it."""

    wanted: JsonValue
    given: JsonValue
    known: tuple[str, ...]


def sentence(name: str, place: Sequence[str | int], error: ValidationError) -> str:
    """`ratios[2]` must be at least 0, not -1."""
    inside = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return f"{quoted(name + inside)} {_rule(error)}"


def _help(error: ValidationError) -> str | None:
    said = error.schema.get(PATTERN_HELP) if isinstance(error.schema, Mapping) else None
    return said if isinstance(said, str) else None


def _rule(error: ValidationError) -> str:
    if error.validator == "pattern" and (help_ := _help(error)) is not None:
        return f"is not valid. {help_}"
    words = _WORDS.get(str(error.validator))
    if words is None:
        return f"is not valid: {error.message}."
    properties = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    return words(_Finding(cast(JsonValue, error.validator_value), cast(JsonValue, error.instance), tuple(properties)))


def _type(found: _Finding) -> str:
    return f"must be {_types(_items(found.wanted))}, not {kind_of(found.given)}."


def _choice(found: _Finding) -> str:
    alternatives = _items(found.wanted)
    kinds = [schema["type"] for schema in alternatives if isinstance(schema, dict) and "type" in schema]
    if len(kinds) < len(alternatives):
        return f"fits none of the forms it may have; {_value(found.given)} was given."
    return f"must be {_types(kinds)}, not {kind_of(found.given)}."


def _types(kinds: Sequence[JsonValue]) -> str:
    return " or ".join(dict.fromkeys(_TYPE_WORDS.get(str(kind), str(kind)) for kind in kinds))


def _enum(found: _Finding) -> str:
    allowed = [value if isinstance(value, str) else json.dumps(value) for value in _items(found.wanted)]
    near = did_you_mean(found.given, allowed) if isinstance(found.given, str) else "."
    return f"must be one of {names(allowed)}, not {_value(found.given)}{near}"


def _additional(found: _Finding) -> str:
    extra = next((key for key in _items(found.given) if key not in found.known), "")
    return f"has no field {quoted(str(extra))}{did_you_mean(str(extra), found.known)}"


def _missing(found: _Finding) -> str:
    present = _items(found.given)
    return f"lacks {names(str(field) for field in _items(found.wanted) if field not in present)}."


def _bound(words: str) -> "Word":
    return lambda found: f"must be {words} {found.wanted}, not {found.given}."


def _size(words: str, unit: str) -> "Word":
    return lambda found: f"must have {words} {found.wanted} {unit}, not {_length(found.given)}."


def _length(value: JsonValue) -> int:
    return len(value) if isinstance(value, str | list | dict) else 0


def _items(value: JsonValue) -> list[JsonValue]:
    """The items of a list, the names in an object, or the one value itself."""
    return list(value) if isinstance(value, list | dict) else [value]


def _value(value: JsonValue) -> str:
    return kind_of(value) if value is None or isinstance(value, bool | list | dict) else quoted(str(value))


Word = Callable[[_Finding], str]

_WORDS: dict[str, Word] = {
    "type": _type,
    "anyOf": _choice,
    "oneOf": _choice,
    "enum": _enum,
    "const": lambda found: f"must be {_value(found.wanted)}.",
    "additionalProperties": _additional,
    "required": _missing,
    "minimum": _bound("at least"),
    "maximum": _bound("at most"),
    "exclusiveMinimum": _bound("more than"),
    "exclusiveMaximum": _bound("less than"),
    "multipleOf": _bound("a multiple of"),
    "minLength": lambda found: "must not be empty." if found.wanted == 1 else _size("at least", "characters")(found),
    "maxLength": _size("at most", "characters"),
    "minItems": _size("at least", "items"),
    "maxItems": _size("at most", "items"),
    "uniqueItems": lambda found: "must not contain the same item twice.",
    "pattern": lambda found: f"must match {quoted(str(found.wanted))}; {_value(found.given)} does not.",
}
