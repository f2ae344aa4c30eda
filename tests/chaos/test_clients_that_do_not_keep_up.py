"""Clients that read slowly, not at all, or far too many at once: the server keeps its memory and answers everybody
else, and whoever takes nothing is cut off."""

import base64
import os
import resource
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import httpx
import psutil
import pytest

from tests.chaos.stored import StoredRun, store_run
from tests.support.server import TOKEN, ServerProcess
from tests.support.waiting import until

LIMIT_S = 60.0
MIB = 1024 * 1024
MAY_GROW_BYTES = 24 * MIB
OPEN_FILES = 64
PATIENCE_S = 2.0
IMPATIENT = (
    f"import octopus.api.server as server; server.UNREAD_LIMIT_S = {PATIENCE_S}\n"
    "from octopus.__main__ import main\n"
    "main()"
)


class ImpatientServer(ServerProcess):
    """One that waits seconds instead of a minute for clients that take nothing."""

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-c", IMPATIENT, *super().command[1:]]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> StoredRun:
    return store_run(tmp_path_factory.mktemp("stored"), lines=20_000, width=1_000)


@pytest.fixture(scope="module")
def server(stored: StoredRun) -> Iterator[ServerProcess]:
    server = ImpatientServer(stored.data_dir).up()
    yield server
    server.stop()


def follow(server: ServerProcess, path: str, *headers: str) -> socket.socket:
    """A client that has asked and not read anything yet; there is little room for what it does not read."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(LIMIT_S)
    client.connect(("127.0.0.1", server.port))
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", f"Authorization: Bearer {TOKEN}", *headers]
    client.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return client


def follow_by_websocket(server: ServerProcess, run_id: str) -> socket.socket:
    key = base64.b64encode(os.urandom(16)).decode()
    upgrade = ("Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}")
    return follow(server, f"/api/runs/{run_id}/ws", *upgrade)


def followers(server: ServerProcess, stored: StoredRun) -> list[socket.socket]:
    """By WebSocket, by server-sent events, and one who downloads the log."""
    run = f"/api/runs/{stored.run_id}"
    return [
        *(follow_by_websocket(server, stored.run_id) for _ in range(3)),
        follow(server, f"{run}/stream"),
        follow(server, f"{run}/steps/load/log/download"),
    ]


def connected(server: ServerProcess, clients: list[socket.socket]) -> int:
    """How many of them the server still has."""
    ports = {client.getsockname()[1] for client in clients}
    found = psutil.Process(server.pid).net_connections("inet")
    return sum(bool(one.raddr) and one.raddr.port in ports for one in found)


def read_on(client: socket.socket) -> int:
    """Bytes until the end; raises ConnectionResetError if that is no orderly one."""
    received = 0
    while chunk := client.recv(65536):
        received += len(chunk)
    return received


def test_clients_that_read_no_more_cost_no_memory_and_are_cut_off(server: ServerProcess, stored: StoredRun) -> None:
    process = psutil.Process(server.pid)
    before = process.memory_info().rss
    with ExitStack() as stack:
        clients = [stack.enter_context(closing(client)) for client in followers(server, stored)]
        with server.client() as other:
            assert other.get(f"/api/runs/{stored.run_id}").json()["status"] == "succeeded"
        assert all(client.recv(1) for client in clients)
        until(lambda: connected(server, clients) == 0, "all are cut off", LIMIT_S)
        assert process.memory_info().rss - before < MAY_GROW_BYTES < 3 * stored.characters
        for client in clients:
            with pytest.raises(ConnectionResetError):
                read_on(client)


def test_a_client_that_reads_slowly_gets_everything_and_holds_up_nobody(
    server: ServerProcess, stored: StoredRun
) -> None:
    process = psutil.Process(server.pid)
    before = process.memory_info().rss
    with closing(follow_by_websocket(server, stored.run_id)) as slow:
        received, tail = 0, b""
        for _ in range(20):
            received += len(slow.recv(1024))
            time.sleep(0.02)
        with server.client() as other:
            text = other.get(f"/api/runs/{stored.run_id}/steps/load/log/download").text
            assert text.count("\n") == stored.lines
        assert received <= 20 * 1024
        while b"run.succeeded" not in tail:
            chunk = slow.recv(65536)
            assert chunk, f"it ended after {received} bytes"
            received, tail = received + len(chunk), tail[-100:] + chunk
    assert received > stored.characters
    assert process.memory_info().rss - before < MAY_GROW_BYTES


def test_a_server_without_file_descriptors_refuses_and_recovers(server: ServerProcess, stored: StoredRun) -> None:
    _, most = resource.prlimit(server.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(server.pid, resource.RLIMIT_NOFILE, (OPEN_FILES, most))
    with ExitStack() as stack:
        clients = [stack.enter_context(closing(follow(server, "/api/health"))) for _ in range(2 * OPEN_FILES)]
        until(lambda: psutil.Process(server.pid).num_fds() >= OPEN_FILES, "no descriptor is left", LIMIT_S)
        with pytest.raises(httpx.TimeoutException):
            httpx.get(f"{server.url}/api/health", timeout=1)
        assert len(clients) > OPEN_FILES
        assert server.output.read_text().count("No file descriptor is left") == 1
        assert "Traceback" not in server.output.read_text()
    with server.client() as client:
        assert client.get("/api/health").status_code == 200
        assert client.get(f"/api/runs/{stored.run_id}").json()["status"] == "succeeded"
        assert client.get(f"/api/runs/{stored.run_id}/steps/load/log", params={"limit": 1}).status_code == 200
