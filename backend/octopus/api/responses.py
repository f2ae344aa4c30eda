"""Which problems a call may answer with, as OpenAPI documents them."""

from typing import Any

from octopus.api.schemas import Responses

PROBLEM_MEDIA_TYPE = "application/problem+json"

_DESCRIPTIONS = {
    400: "The request cannot be read: malformed JSON, a key twice, NaN, too deep, ...",
    401: "No valid access token",
    403: "The request comes from a foreign page",
    404: "There is no such thing",
    409: "The request does not fit the present state",
    412: "Somebody saved in between: If-Match is stale",
    413: "The body is too large",
    415: "The body is not application/json, or it is compressed",
    416: "No such part of the file",
    421: "The server is not known under this Host",
    422: "The request, or the document in it, is not valid; `problems` says where",
    428: "If-Match is missing",
    503: "A part of octopus does not answer, or the queue is full; Retry-After says when to try again",
}

_ALWAYS = (400, 401, 403, 421, 422, 503)
_WITH_BODY = (413, 415)


def problems(*statuses: int, body: bool = False) -> Responses:
    """`responses=` of a call: the problems every call may answer, those of calls with a `body`, and `statuses`."""
    wanted = {*_ALWAYS, *statuses, *(_WITH_BODY if body else ())}
    return {status: _problem(status) for status in sorted(wanted)}


def open_problems() -> Responses:
    """`responses=` of a call that needs no token."""
    return {status: _problem(status) for status in (400, 403, 421)}


def _problem(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {"description": _DESCRIPTIONS[status], "content": {PROBLEM_MEDIA_TYPE: {"schema": schema}}}
