"""A server's problem+json -> the exception of the one tree of errors that says the same."""

from typing import Any

import httpx

from octopus.domain import errors
from octopus.domain.errors import OctopusError
from octopus.domain.problem import Problem

_BY_CODE: dict[object, type[OctopusError]] = {
    kind.code: kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, OctopusError)
}
_BY_STATUS: dict[int, type[OctopusError]] = {
    401: errors.AccessRefused,
    403: errors.AccessRefused,
    404: errors.NotFound,
    409: errors.Conflict,
    413: errors.PayloadTooLarge,
    422: errors.InvalidRequest,
    503: errors.StorageUnavailable,
}


def refusal(answer: httpx.Response) -> OctopusError:
    """With the server's words, its code and its problems."""
    body = _body(answer)
    code, detail = body.get("code"), body.get("detail")
    kind = _kind(code, answer.status_code)
    problems = [Problem.model_validate(one, extra="ignore") for one in body.get("problems") or ()]
    found = kind(
        str(detail) if detail else f"The server answered {answer.status_code} {answer.reason_phrase}.",
        problems=problems,
    )
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
    return _BY_CODE.get(code) or _BY_STATUS.get(status) or OctopusError
