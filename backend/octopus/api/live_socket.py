"""A WebSocket that follows a run: frames of events and log batches out, `cancel` in. It never starts anything."""

import asyncio
from contextlib import aclosing, suppress

from fastapi import WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from octopus.api.problem import problem_response
from octopus.api.schemas import CancelMessage
from octopus.api.security.strict_json import NotStrictJson, check_strict_json
from octopus.bootstrap.container import Container
from octopus.domain.errors import Conflict, OctopusError
from octopus.services.run_views import require_run
from octopus.stream.frames import websocket_frame

SEND_LIMIT_S = 60.0
"""A client that takes nothing for this long is gone, or does not want it."""
NORMAL, UNSUPPORTED, POLICY, TRY_AGAIN = 1000, 1003, 1008, 1013


async def follow_on_socket(websocket: WebSocket, services: Container, run_id: str, after: int) -> None:
    """Until the run's last event (close 1000), or until the client has gone."""
    try:
        await require_run(services, run_id)
    except OctopusError as error:
        await websocket.send_denial_response(problem_response(error))
        return
    await websocket.accept()
    sending = asyncio.create_task(_send(websocket, services, run_id, after))
    listening = asyncio.create_task(_listen(websocket, services, run_id))
    try:
        done, _ = await asyncio.wait({sending, listening}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        sending.cancel()
        listening.cancel()
        await asyncio.gather(sending, listening, return_exceptions=True)
    codes = [one.result() for one in done]
    if (code := next((code for code in codes if code is not None), None)) is not None:
        with suppress(WebSocketDisconnect):  # who has seen the last event may be the first to close
            await websocket.close(code)


async def _send(websocket: WebSocket, services: Container, run_id: str, after: int) -> int | None:
    """The code to close with; None: the client has gone."""
    try:
        async with aclosing(services.hub.subscribe(run_id, after=after)) as batches:
            async for batch in batches:
                async with asyncio.timeout(SEND_LIMIT_S):
                    await websocket.send_text(websocket_frame(batch))
    except TimeoutError:
        return POLICY
    except OctopusError:
        return TRY_AGAIN
    except (WebSocketDisconnect, RuntimeError):
        return None
    return NORMAL


async def _listen(websocket: WebSocket, services: Container, run_id: str) -> int | None:
    """The code to close with; None: the client has gone."""
    while True:
        try:
            text = await websocket.receive_text()
            check_strict_json(text.encode("utf-8"))
            CancelMessage.model_validate_json(text)
        except WebSocketDisconnect:
            return None
        except (KeyError, UnicodeError, NotStrictJson, ValidationError):
            return UNSUPPORTED
        try:
            await services.runs.cancel(run_id)
        except Conflict:
            continue  # it has just ended; its last event is on the way
        except OctopusError:
            return TRY_AGAIN
