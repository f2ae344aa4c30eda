"""The last net: an error nobody foresaw becomes a 500 without internals; its story goes to the log."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from octopus.api.problem import unexpected_response
from octopus.api.security.answer import answer

SERVER_ERROR = 1011


class UnexpectedErrors:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            if scope["type"] not in ("http", "websocket"):
                raise
            response = unexpected_response(error)
            if not started:
                await answer(response, scope, receive, send)
            elif scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": SERVER_ERROR, "reason": ""})
            else:
                # Half an answer is on its way: only cutting it off tells the client that it is not whole.
                raise
