"""Watcher: a client that starts a run, follows it through every reconnect, and remembers all it was told."""

import json
import socket
import threading
import time
import uuid
from typing import Any

import httpx
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.support.server import TOKEN, ServerProcess

RETRY_S = 0.2
Key = tuple[str, int, int]
"""Step id, iteration, attempt."""


class Watcher(threading.Thread):
    """`run_id` None: not acknowledged yet. `events`: in the order they came. `lines`: per attempt and number the text;
    `contradictions`: what was told twice and differently, or out of order. `port`: of a proxy to follow it through.
    `retry_s`: between a broken connection and the next."""

    def __init__(
        self, server: ServerProcess, document: dict[str, Any], *, port: int | None = None, retry_s: float = RETRY_S
    ) -> None:
        super().__init__(daemon=True)
        self._server = server
        self._port = port or server.port
        self._document = document
        self._retry_s = retry_s
        self._key = uuid.uuid4().hex
        self._socket: ClientConnection | None = None
        self._gave_up = threading.Event()
        self.run_id: str | None = None
        self.reconnects = 0
        self.events: list[dict[str, Any]] = []
        self.lines: dict[Key, dict[int, str]] = {}
        self.contradictions: list[str] = []

    @property
    def is_over(self) -> bool:
        return bool(self.events) and self.events[-1]["kind"] in ("run.succeeded", "run.failed", "run.cancelled")

    def run(self) -> None:
        self._start_run()
        while not self.is_over and not self._gave_up.is_set():
            try:
                self._follow()
            except (OSError, WebSocketException):
                self.reconnects += 1
                time.sleep(self._retry_s)

    def cut(self) -> None:
        """Cut the connection, as a bad network does."""
        connection = self._socket
        if connection is not None:
            connection.socket.close()

    def give_up(self) -> None:
        self._gave_up.set()
        self.cut()

    def _start_run(self) -> None:
        """Ask until the run is acknowledged; the key makes it one run however often that is."""
        while self.run_id is None and not self._gave_up.is_set():
            try:
                with self._server.client() as client:
                    answer = client.post(
                        "/api/runs", json={"document": self._document}, headers={"Idempotency-Key": self._key}
                    )
            except httpx.TransportError:
                time.sleep(RETRY_S)
                continue
            if answer.status_code == 201:
                self.run_id = answer.json()["id"]
            elif answer.status_code >= 500:
                time.sleep(RETRY_S)
            else:
                raise AssertionError(f"a run was refused: {answer.status_code} {answer.text}")

    def _follow(self) -> None:
        after = self.events[-1]["seq"] if self.events else 0
        url = f"ws://127.0.0.1:{self._server.port}/api/runs/{self.run_id}/ws?after={after}"
        headers = {"Authorization": f"Bearer {TOKEN}"}
        through = socket.create_connection(("127.0.0.1", self._port), timeout=10)
        with connect(url, sock=through, additional_headers=headers, open_timeout=10) as connection:
            self._socket = connection
            for frame in connection:
                for message in json.loads(frame):
                    self._hear(message)

    def _hear(self, message: dict[str, Any]) -> None:
        if message["kind"] == "log":
            self._hear_lines(message)
            return
        expected = self.events[-1]["seq"] + 1 if self.events else 1
        if message["seq"] != expected:
            self.contradictions.append(f"run {self.run_id}: event {message['seq']} where {expected} was due")
        self.events.append(message)

    def _hear_lines(self, batch: dict[str, Any]) -> None:
        known = self.lines.setdefault((batch["step_id"], batch["iteration"], batch["attempt"]), {})
        for line in batch["lines"]:
            if known.setdefault(line["n"], line["text"]) != line["text"]:
                self.contradictions.append(f"run {self.run_id}: line {line['n']} was told twice and differently")
