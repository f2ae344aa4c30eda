"""Turns what pydantic says about a document into sentences for people, each pinned to its place."""

from collections.abc import Callable, Iterator, Mapping
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from octopus.compiler.pointer import pointer
from octopus.compiler.wording import did_you_mean, kind_of, quoted
from octopus.domain.ids import IDENTIFIER_PATTERN, STEP_TYPE_PATTERN
from octopus.domain.pipeline import PipelineDocument
from octopus.domain.problem import FaultCode, Problem

_ID_WORDS = "must begin with a lower-case letter, then lower-case letters, digits or `_`, 64 at most"
_PATTERN_WORDS = {
    IDENTIFIER_PATTERN: _ID_WORDS,
    STEP_TYPE_PATTERN: "must be a step type's name such as `split` or `project/entry_point`",
    r"^[A-Za-z0-9_.:-]+$": "must have only letters, digits and the characters `_ . : -`",
    r"^[A-Za-z_][A-Za-z0-9_]{0,63}$": "must begin with a letter or `_`, then letters, digits or `_`, 64 at most",
}
_KIND_WORDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "an object",
    "model_type": "an object",
    "tuple_type": "a list",
}
_BOUND_WORDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}
_KEY = "[key]"
"""pydantic's mark in a place for "the name itself, not the value under it"."""


def shape_faults(error: ValidationError, value: dict[str, object]) -> Iterator[Problem]:
    """One problem per error, in document order. `value`: what was validated."""
    for details in error.errors(include_url=False):
        place = tuple(part for part in details["loc"] if part != _KEY)
        step_id, edge_id = _owner(place, value)
        yield Problem(
            code=_code(details),
            message=_sentence(details, place),
            pointer=pointer(*place),
            step_id=step_id,
            edge_id=edge_id,
        )


def _code(details: ErrorDetails) -> FaultCode:
    match details["type"]:
        case "missing":
            return FaultCode.MISSING_FIELD
        case "extra_forbidden":
            return FaultCode.UNKNOWN_FIELD
        case "less_than_equal" | "string_too_long":
            return FaultCode.OVER_LIMIT
        case _:
            return FaultCode.WRONG_SHAPE


def _sentence(details: ErrorDetails, place: tuple[str | int, ...]) -> str:
    name = _name(place)
    match details["type"]:
        case "missing":
            return f"The field {name} is missing."
        case "extra_forbidden":
            return f"There is no field {name} here{did_you_mean(str(place[-1]), _known_fields(place[:-1]))}"
        case _:
            return f"{name} {_rule(details)}."


def _rule(details: ErrorDetails) -> str:
    fault, given, context = details["type"], details["input"], details.get("ctx", {})
    if fault in _KIND_WORDS:
        return f"must be {_KIND_WORDS[fault]}, not {kind_of(given)}"
    if fault in _BOUND_WORDS:
        bound, words = _BOUND_WORDS[fault]
        return f"must be {words} {float(context[bound]):,.10g}, not {given}"
    word = _WORDS.get(fault)
    return word(context, given) if word else f"is not accepted: {details['msg']}"


def _length(given: object) -> int:
    return len(given) if isinstance(given, str) else 0


_WORDS: dict[str, Callable[[Mapping[str, object], object], str]] = {
    "literal_error": lambda context, given: f"must be {_in_backticks(context['expected'])}, not {_shown(given)}",
    "string_pattern_mismatch": lambda context, given: (
        f"{_PATTERN_WORDS.get(str(context['pattern']), 'has a form that is not allowed')}; {_shown(given)} is not that"
    ),
    "string_too_short": lambda context, given: "must not be empty",
    "string_too_long": lambda context, given: f"has at most {context['max_length']} characters, not {_length(given)}",
    "finite_number": lambda context, given: "must be a finite number",
    "value_error": lambda context, given: f"is not accepted: {context['error']}",
}


def _in_backticks(choices: object) -> str:
    """pydantic writes 'TB' or 'LR'."""
    return str(choices).replace("'", "`")


def _shown(given: object) -> str:
    return quoted(given) if isinstance(given, str) else kind_of(given)


def _name(place: tuple[str | int, ...]) -> str:
    """`/steps/2` is "steps[2]", `/steps/2/policy` is "policy": the last name and, for an item, its number."""
    last = place[-1] if place else "document"
    if isinstance(last, int):
        return f"`{place[-2]}[{last}]`" if len(place) > 1 else f"item {last}"
    return quoted(last)


def _owner(place: tuple[str | int, ...], value: dict[str, object]) -> tuple[str | None, str | None]:
    """(step id, edge id) of the step or edge that `place` is within, as far as it has one."""
    if len(place) < 2 or place[0] not in ("steps", "edges") or not isinstance(place[1], int):
        return None, None
    items = value[str(place[0])]
    item = items[place[1]] if isinstance(items, list) else None
    identifier = item.get("id") if isinstance(item, dict) else None
    owner = identifier if isinstance(identifier, str) else None
    return (owner, None) if place[0] == "steps" else (None, owner)


def _known_fields(place: tuple[str | int, ...]) -> list[str]:
    """The fields of the model at `place`."""
    model: type[BaseModel] = PipelineDocument
    for part in place:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        inner = _model_within(field.annotation) if field is not None else None
        model = inner or model
    return list(model.model_fields)


def _model_within(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_within(part))), None)
