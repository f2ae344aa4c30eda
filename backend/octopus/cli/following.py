"""Follows a run by WebSocket: its events and log lines as they happen, through every reconnect, each exactly once."""

import json
import time
from collections.abc import Iterator

from octopus.cli.connection import Connection
from octopus.cli.exit_codes import SERVER
from octopus.cli.failure import failure
from octopus.sdk.listening import GIVE_UP_AFTER_S, RETRY_S, Listening, Message


def follow(connection: Connection, run_id: str, after: int = 0) -> Iterator[Message]:
    """Events with `seq` > `after` and log batches (without `seq`), until the run's last event."""
    # Imported only here: `octopus --help` and the Tab key must not wait for it.
    from websockets.exceptions import WebSocketException

    listening = Listening(after)
    lost_at: float | None = None
    while not listening.has_ended:
        try:
            for message in _frames(connection, run_id, listening.after):
                lost_at = None
                if (new := listening.hear(message)) is not None:
                    yield new
                if listening.has_ended:
                    return
        except (OSError, WebSocketException) as error:
            lost_at = lost_at or time.monotonic()
            if time.monotonic() - lost_at > GIVE_UP_AFTER_S:
                raise failure(f"The server {connection.url} does not answer any more: {error}.", SERVER) from None
        time.sleep(RETRY_S)


def _frames(connection: Connection, run_id: str, after: int) -> Iterator[Message]:
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import connect

    url = f"{connection.url.replace('http', 'ws', 1)}/api/runs/{run_id}/ws?after={after}"
    headers = {"Authorization": f"Bearer {connection.token}"}
    with connect(url, additional_headers=headers, max_size=None, proxy=None) as socket:
        try:
            for frame in socket:
                yield from json.loads(frame)
        except ConnectionClosed as closed:
            raise OSError(str(closed)) from None
