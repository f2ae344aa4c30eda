"""A run as it happens: the same events, in the same order, for every client; as SSE and over a WebSocket."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, WebSocket
from starlette.responses import StreamingResponse

from octopus.api.live_socket import follow_on_socket
from octopus.api.live_sse import sse_stream
from octopus.api.parameters import MAX_SEQ, After, Services, ThingId
from octopus.api.responses import problems
from octopus.api.schemas import Responses
from octopus.api.security.protection import token_required
from octopus.services.run_views import require_run

router = APIRouter(prefix="/runs", tags=["live"])

LastEventId = Annotated[str | None, Header(max_length=16, pattern=r"^[0-9]+$", description="The last seq received.")]

_SSE: Responses = {
    200: {
        "description": "`event: <kind>`, `id: <seq>`, `data: <event>`; log batches have no id",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@router.get("/{run_id}/stream", response_class=StreamingResponse, responses={**_SSE, **problems(404)})
@token_required
async def stream_run(
    services: Services, run_id: ThingId, after: After = 0, last_event_id: LastEventId = None
) -> StreamingResponse:
    """Follow a run as server-sent events, from the beginning or from what the client has."""
    await require_run(services, run_id)
    seen = after if last_event_id is None else min(int(last_event_id), MAX_SEQ)
    return StreamingResponse(
        sse_stream(services.hub.subscribe(run_id, after=seen)),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.websocket("/{run_id}/ws")
@token_required
async def run_socket(
    websocket: WebSocket, services: Services, run_id: str, after: Annotated[int, Query(ge=0, le=MAX_SEQ)] = 0
) -> None:
    """Follow a run: every frame is a JSON array of events and log batches. Closes with 1000 after the last event."""
    await follow_on_socket(websocket, services, run_id, after)
