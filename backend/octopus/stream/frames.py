"""Batches of the hub -> the text that goes over a WebSocket or an SSE response. Pure."""

from collections.abc import Sequence

from octopus.domain.event import Event, LogBatch


def websocket_frame(batch: Sequence[Event | LogBatch]) -> str:
    """A JSON array."""
    return "[" + ",".join(item.model_dump_json() for item in batch) + "]"


def sse_frames(batch: Sequence[Event | LogBatch]) -> str:
    """One SSE message each: `event` = kind, `data` = the item, and `id` = seq where it has one, so that a browser that
    reconnects asks for what follows the last event it has."""
    return "".join(_sse_frame(item) for item in batch)


def _sse_frame(item: Event | LogBatch) -> str:
    # JSON text has no raw line breaks, so one data line holds it.
    seq = "" if isinstance(item, LogBatch) else f"id: {item.seq}\n"
    return f"{seq}event: {item.kind}\ndata: {item.model_dump_json()}\n\n"
