"""The proxy: requests below /mlflow go to the child as they are, less what is only between the browser and octopus."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from octopus.features.mlflow_ui.child import MlflowChild
from octopus.features.mlflow_ui.pages import elsewhere_page, failed_page, starting_page

if TYPE_CHECKING:
    from httpx import AsyncClient
    from httpx import Request as Asked
    from httpx import Response as Answer

HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    )
)
NOT_FORWARDED = HOP_BY_HOP | {"host", "cookie", "authorization", "origin", "referer", "forwarded"}
NOT_RETURNED = HOP_BY_HOP | {"set-cookie", "server", "date", "content-security-policy", "x-frame-options"}
FORWARDED_PREFIX = "x-forwarded-"

# MLflow's client builds code and styles at run time, and shows artifacts in frames of its own.
UI_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-src 'self' blob: data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
FILE_POLICY = "default-src 'none'; sandbox"
"""A file that a step wrote must not run in octopus' name, even if somebody opens it in a tab of its own."""
FILE_MARKS = (
    "get-artifact",
    "get-trace-artifact",
    "mlflow-artifacts/artifacts",
    "model-versions/get-artifact",
    "/artifacts/files",
)


class MlflowUi:
    """An ASGI app to be mounted at /mlflow. `child` None: tracking lies on a server of its own, `remote_url`."""

    def __init__(self, child: MlflowChild | None, remote_url: str | None = None) -> None:
        self._child = child
        self._remote_url = remote_url

    async def stop(self) -> None:
        if self._child is not None:
            await self._child.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        request = Request(scope, receive)
        response = await self._respond(request)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if self._child is None:
            return elsewhere_page(self._remote_url or "")
        state = self._child.ensure_started()
        if state == "starting":
            if "text/html" in request.headers.get("accept", ""):
                return starting_page()
            state = await self._child.wait()
        if state != "ready":
            return failed_page(str(self._child.log_path))
        return await self._forward(request, self._child)

    async def _forward(self, request: Request, child: MlflowChild) -> Response:
        import httpx  # loaded already: the child is ready

        if child.client is None:
            return failed_page(str(child.log_path))
        try:
            answer = await _send(child.client, request)
        except ClientDisconnect:
            return PlainTextResponse("The browser went away.", 400)
        except httpx.HTTPError:
            return failed_page(str(child.log_path))
        headers = {name: value for name, value in answer.headers.items() if name.lower() not in NOT_RETURNED}
        is_file = any(mark in request.url.path for mark in FILE_MARKS)
        headers["Content-Security-Policy"] = FILE_POLICY if is_file else UI_POLICY
        headers["X-Frame-Options"] = "SAMEORIGIN"
        return StreamingResponse(_content(answer), answer.status_code, headers)


async def _send(client: "AsyncClient", request: Request) -> "Answer":
    """A connection kept from an earlier request may be closed by MLflow at this very moment: what only reads is asked
    once more. Raises httpx.HTTPError, ClientDisconnect."""
    import httpx

    def build() -> "Asked":
        return client.build_request(
            request.method, _target(request.scope), headers=_forwarded_headers(request), content=_body(request)
        )

    try:
        return await client.send(build(), stream=True)
    except httpx.TransportError:
        if request.method not in ("GET", "HEAD"):
            raise
    return await client.send(build(), stream=True)


def _target(scope: Scope) -> str:
    """The address byte for byte as the browser wrote it."""
    path, query = scope["raw_path"].decode("ascii"), scope["query_string"].decode("ascii")
    return f"{path}?{query}" if query else path


def _forwarded_headers(request: Request) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in request.headers.items()
        if name not in NOT_FORWARDED and not name.startswith(FORWARDED_PREFIX)
    ]


def _body(request: Request) -> AsyncIterator[bytes] | None:
    has_body = "transfer-encoding" in request.headers or request.headers.get("content-length", "0") != "0"
    return request.stream() if has_body else None


async def _content(answer: "Answer") -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    finally:
        await answer.aclose()
