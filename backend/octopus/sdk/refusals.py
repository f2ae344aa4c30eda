"""A server's problem+json -> the exception of the one tree of errors that says the same."""

from collections.abc import Iterator
from typing import Any

import httpx

from octopus.domain.errors import AccessRefused, NotFound, OctopusError, StorageUnavailable
from octopus.domain.problem import Problem

_BY_STATUS: dict[int, type[OctopusError]] = {401: AccessRefused, 403: AccessRefused, 404: NotFound}


def refusal(answer: httpx.Response) -> OctopusError:
    """With the server's words, its code and its problems."""
    body = _body(answer)
    code, detail = body.get("code"), body.get("detail")
    kind = _kind(code, answer.status_code)
    problems = [Problem.model_validate(one, extra="ignore") for one in body.get("problems", ())]
    found = kind(detail or f"The server answered {answer.status_code} {answer.reason_phrase}.", problems=problems)
    if isinstance(code, str):
        found.code = code
    found.status = answer.status_code
    return found


def _body(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _kind(code: object, status: int) -> type[OctopusError]:
    """By the code; a code that only says more than its class does belongs to the class of its status."""
    kinds = list(_all(OctopusError))
    return (
        next((kind for kind in kinds if kind.code == code), None)
        or _BY_STATUS.get(status)
        or next((kind for kind in kinds if kind.status == status and kind is not StorageUnavailable), None)
        or OctopusError
    )


def _all(kind: type[OctopusError]) -> Iterator[type[OctopusError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _all(child)
