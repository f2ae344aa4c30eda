"""How a gate turns a request away: an HTTP answer, for a WebSocket too, before it is accepted."""

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

WEBSOCKET_DENIAL = "websocket.http.response"
POLICY_VIOLATION = 1008


async def answer(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send `response`; a WebSocket that cannot carry one is closed, which the client sees as 403."""
    if scope["type"] == "websocket" and WEBSOCKET_DENIAL not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": ""})
        return
    await response(scope, receive, send)
