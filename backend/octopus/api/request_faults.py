"""What the framework found wrong with a request -> problems, each with a pointer into the body or to a parameter."""

from collections.abc import Iterable, Sequence
from typing import Any

from octopus.compiler.pointer import pointer
from octopus.domain.problem import Problem

FAULTS_SHOWN = 50
"""More of them help nobody."""


def request_faults(errors: Sequence[Any]) -> tuple[Problem, ...]:
    """At least one; the value that was sent is never repeated in the answer."""
    return tuple(_problem(error) for error in errors[:FAULTS_SHOWN])


def _problem(error: dict[str, Any]) -> Problem:
    place, *path = error.get("loc") or ("body",)
    code = "missing_field" if error.get("type") == "missing" else "invalid_value"
    return Problem(code=code, message=_message(error), pointer=_pointer(str(place), path))


def _pointer(place: str, path: Iterable[str | int]) -> str:
    """`/steps/2` in the body; `/query/limit` beside it."""
    return pointer(*path) if place == "body" else pointer(place, *path)


def _message(error: dict[str, Any]) -> str:
    text = str(error.get("msg", "is not valid"))
    return text if text.endswith(".") else f"{text}."
