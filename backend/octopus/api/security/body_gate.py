"""The body gate: a body is whole, small enough and plain JSON before any route sees it; uploads are counted.

Never holds more than the limit, whatever Content-Length says or does not say.
"""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from octopus.api.problem import problem_response
from octopus.api.security.refusals import UnreadableBody, UnsupportedBody
from octopus.api.security.strict_json import NotStrictJson, check_strict_json
from octopus.domain.errors import OctopusError, PayloadTooLarge

MAX_JSON_BYTES = 8 * 1024 * 1024
"""A document of 2,000 steps with long parameters has about 2 MB."""
JSON = "application/json"
MULTIPART = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class StreamedRoute:
    """A path whose body is not JSON and is passed on as it comes. `media_type` None: any."""

    prefix: str
    media_type: str | None
    max_bytes: int


class BodyGate:
    def __init__(self, app: ASGIApp, streamed: tuple[StreamedRoute, ...] = ()) -> None:
        self._app = app
        self._streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        try:
            route = next((one for one in self._streamed if scope["path"].startswith(one.prefix)), None)
            if route is None:
                await self._app(scope, _replay(await _read_json(Headers(scope=scope), receive), receive), send)
            else:
                await self._pass_on(route, scope, receive, send)
        except OctopusError as refusal:
            # What is left of the body is not read, so the connection cannot be used again.
            await problem_response(refusal, {"Connection": "close"})(scope, receive, send)

    async def _pass_on(self, route: StreamedRoute, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        _check_encoding(headers)
        _check_declared_length(headers, route.max_bytes)
        if route.media_type is not None and _has_body(headers) and _media_type(headers) != route.media_type:
            raise UnsupportedBody(f"This call takes {route.media_type}.")
        counted, exceeded = _counted(receive, route.max_bytes)

        async def unless_exceeded(message: Message) -> None:
            if not exceeded():
                await send(message)

        try:
            await self._app(scope, counted, unless_exceeded)
        except Exception:
            if not exceeded():
                raise
        if exceeded():
            raise _too_large(route.max_bytes)


async def _read_json(headers: Headers, receive: Receive) -> bytes:
    _check_encoding(headers)
    _check_declared_length(headers, MAX_JSON_BYTES)
    # Refused before it is read: a page can send other types across sites without asking first.
    if _has_body(headers) and _media_type(headers) != JSON:
        raise UnsupportedBody("Send the body as application/json.")
    body = await _read(receive, MAX_JSON_BYTES)
    if body:
        try:
            check_strict_json(body)
        except NotStrictJson as error:
            raise UnreadableBody(str(error)) from None
    return body


async def _read(receive: Receive, limit: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise UnreadableBody("The client went away before the body was whole.")
        body += message.get("body", b"")
        if len(body) > limit:
            raise _too_large(limit)
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body once, as one message; then what the connection says."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _counted(receive: Receive, limit: int) -> tuple[Receive, Callable[[], bool]]:
    """`receive` that ends when more than `limit` bytes have come, and whether that has happened."""
    total = 0

    async def counted() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        return {"type": "http.disconnect"} if total > limit else message

    return counted, lambda: total > limit


def _check_encoding(headers: Headers) -> None:
    if headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise UnsupportedBody("Send the body without Content-Encoding.")


def _check_declared_length(headers: Headers, limit: int) -> None:
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise UnreadableBody("Content-Length is not a number.")
    if len(length) > 18 or int(length) > limit:
        raise _too_large(limit)


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0").strip("0") != "" or "transfer-encoding" in headers


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _too_large(limit: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"The body is larger than {limit // (1024 * 1024)} MiB, the most this call takes.")
