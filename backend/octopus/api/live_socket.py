"""A WebSocket that follows a run: frames of events and log batches out, `cancel` in."""

from fastapi import WebSocket

from octopus.bootstrap.container import Container


async def follow_on_socket(websocket: WebSocket, services: Container, run_id: str, after: int) -> None:
    """Until the run's last event (close 1000) or until the client has gone."""
    await websocket.accept()
    async for batch in services.hub.subscribe(run_id, after=after):
        frame = ",".join(message.model_dump_json() for message in batch)
        await websocket.send_text(f"[{frame}]")
    await websocket.close(1000)
