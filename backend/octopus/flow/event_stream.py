"""EventStream: what an executor says, as the answer of a route."""

from collections.abc import AsyncIterable, Mapping

from starlette.responses import StreamingResponse

SSE_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""Nothing between the executor and the browser may keep a message back."""


class EventStream(StreamingResponse):
    """Server-sent events (`text/event-stream`) from an async iterator of ready messages, such as `executor.run()`:

        @app.get("/execute/my-pipeline")
        async def execute() -> EventStream:
            return EventStream(executor.run())

    Works in any route of FastAPI or Starlette. A client that goes away closes the iterator, which cancels nothing.
    """

    def __init__(self, messages: AsyncIterable[str], *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(messages, media_type="text/event-stream", headers={**SSE_HEADERS, **(headers or {})})
