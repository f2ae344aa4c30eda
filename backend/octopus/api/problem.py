"""Errors -> RFC 9457 problem+json. The one place where an error becomes an answer; nothing internal leaves here."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from octopus.api.allowed_methods import allowed_methods
from octopus.api.request_faults import request_faults
from octopus.api.responses import PROBLEM_MEDIA_TYPE
from octopus.api.schemas import ProblemDetails
from octopus.domain.errors import InvalidRequest, OctopusError

TYPE_PREFIX = "urn:octopus:problem:"

log = logging.getLogger("octopus.api")


def problem_response(error: OctopusError, headers: Mapping[str, str] | None = None) -> Response:
    """The answer for an error that octopus raised on purpose."""
    details = ProblemDetails(
        type=TYPE_PREFIX + error.code,
        title=error.title,
        status=error.status,
        detail=error.detail,
        code=error.code,
        problems=error.problems,
    )
    extra = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s is not None else {}
    if error.status == 401:
        extra["WWW-Authenticate"] = "Bearer"
    return _response(details, {**extra, **(headers or {})})


def unexpected_response(error: Exception) -> Response:
    """The answer for an error that nobody foresaw: an id to find it by in the server's log, and nothing else."""
    correlation_id = uuid4().hex
    log.error("unexpected error %s", correlation_id, exc_info=error)
    return _response(
        ProblemDetails(
            type=TYPE_PREFIX + "internal_error",
            title="Something went wrong",
            status=500,
            detail=f"octopus made a mistake; its log has the details under {correlation_id}.",
            code="internal_error",
            correlation_id=correlation_id,
        )
    )


def install(app: FastAPI) -> None:
    """Answer every error of `app` in this way."""
    app.add_exception_handler(OctopusError, _on_octopus_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_exception)


async def _on_octopus_error(_request: Request, error: Exception) -> Response:
    if not isinstance(error, OctopusError):
        raise error
    return problem_response(error)


async def _on_invalid_request(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    problems = request_faults(error.errors())
    first = problems[0]
    return problem_response(InvalidRequest(f"{first.pointer}: {first.message}", problems=problems))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "_")
    headers = dict(error.headers or {})
    detail = str(error.detail) if error.detail != phrase else f"{request.method} {request.url.path}: {phrase}."
    if error.status_code == 405:
        allowed = ", ".join(sorted(allowed_methods(request) or {"GET", "HEAD"}))
        headers["Allow"] = allowed
        detail = f"{request.url.path} knows {allowed}, not {request.method}."
    details = ProblemDetails(type=TYPE_PREFIX + code, title=phrase, status=error.status_code, detail=detail, code=code)
    return _response(details, headers)


def _response(details: ProblemDetails, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        details.model_dump_json(), details.status, {"Cache-Control": "no-store", **(headers or {})}, PROBLEM_MEDIA_TYPE
    )
