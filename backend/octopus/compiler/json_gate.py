"""Whether a value is JSON that every JSON program can carry. Iterative, so that no nesting can exhaust the stack."""

import math
from collections.abc import Iterator

from octopus.compiler.pointer import pointer
from octopus.compiler.wording import kind_of
from octopus.domain.problem import FaultCode, Problem

MAX_DEPTH = 100
"""Lists and objects within one another; beyond it some JSON readers give up."""
MAX_INTEGER = 2**63 - 1
"""Whole numbers beyond 64 bits get lost in databases and columns."""

Place = tuple[str | int, ...]


def json_faults(value: object) -> Iterator[Problem]:
    """The faults of `value` (numbers that are not finite, text that cannot be encoded, ...), in document order."""
    waiting: list[tuple[Place, object]] = [((), value)]
    while waiting:
        place, current = waiting.pop()
        fault = _fault_of(current)
        if fault is not None:
            yield _problem(place, fault)
        elif len(place) > MAX_DEPTH:
            yield _problem(place, f"Nested more than {MAX_DEPTH} levels deep.", FaultCode.OVER_LIMIT)
        elif isinstance(current, dict):
            for key in current:
                if (wrong := _fault_of_key(key)) is not None:
                    yield _problem(place, wrong)
            waiting.extend(((*place, key), item) for key, item in reversed(current.items()) if isinstance(key, str))
        elif isinstance(current, list):
            waiting.extend(((*place, index), current[index]) for index in reversed(range(len(current))))


def _fault_of(value: object) -> str | None:
    match value:
        case None | bool() | list() | dict():
            return None
        case int():
            return None if abs(value) <= MAX_INTEGER else "A whole number must fit into 64 bits."
        case float():
            return None if math.isfinite(value) else f"A number must be finite, not {value}."
        case str():
            return _fault_of_text(value)
        case _:
            return f"{kind_of(value).capitalize()} is not a JSON value; write it as text."


def _fault_of_key(key: object) -> str | None:
    if not isinstance(key, str):
        return f"The names in an object must be text, not {kind_of(key)}."
    return _fault_of_text(key)


def _fault_of_text(text: str) -> str | None:
    if "\0" in text:
        return "Text must not contain the NUL character."
    if any("\ud800" <= character <= "\udfff" for character in text):
        return "Text must not contain half of a surrogate pair."
    return None


def _problem(place: Place, message: str, code: FaultCode = FaultCode.WRONG_SHAPE) -> Problem:
    return Problem(code=code, message=message, pointer=pointer(*place))
