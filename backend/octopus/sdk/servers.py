"""Which server to talk to: the one that is named, the one that uses a data directory, or one started for the purpose;
and the access token that it is to be told."""

import ipaddress
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import urlsplit

from octopus.bootstrap.access_token import TOKEN_NAME
from octopus.domain.errors import StorageUnavailable
from octopus.store.data_directory import announced_server, running_server

SERVER_VARIABLE = "OCTOPUS_SERVER"
DATA_DIR_VARIABLE = "OCTOPUS_DATA_DIR"
TOKEN_VARIABLE = "OCTOPUS_TOKEN"  # noqa: S105 - a variable's name

START_LIMIT_S = 60.0
STOP_LIMIT_S = 10.0
_POLL_S = 0.05


class Address(NamedTuple):
    """Of a server. `url` without a slash at the end; `token` None: none is known."""

    url: str
    token: str | None


def named_server(url: str, data_dir: Path) -> Address:
    """The server at `url`, with the token of the environment, or of the data directory if it is on this machine."""
    token = os.environ.get(TOKEN_VARIABLE) or (_token_in(data_dir) if is_this_machine(url) else None)
    return Address(url.rstrip("/"), token)


def server_of(data_dir: Path) -> Address | None:
    """The server that uses the data directory now and can be called; None if there is none, or it still starts."""
    running = running_server(data_dir)
    if running is None or running.url is None:
        return None
    return Address(running.url, os.environ.get(TOKEN_VARIABLE) or _token_in(data_dir))


@contextmanager
def own_server(data_dir: Path) -> Iterator[Address]:
    """A server of the caller's own on the data directory, stopped at the end. Raises ServerDidNotStart."""
    with tempfile.TemporaryFile() as output:
        server = _start(data_dir, output)
        try:
            yield Address(
                _wait_until_up(server, data_dir, output), os.environ.get(TOKEN_VARIABLE) or _token_in(data_dir)
            )
        finally:
            _stop(server)


class ServerDidNotStart(StorageUnavailable):
    """`exit_code`: the server's, None if it was still starting after START_LIMIT_S."""

    def __init__(self, detail: str, exit_code: int | None) -> None:
        super().__init__(detail)
        self.exit_code = exit_code


def is_this_machine(url: str) -> bool:
    """The data directory's token lets people in on this machine: no other one is told it."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _start(data_dir: Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl+C is for the caller, which then decides. `-P`: modules that lie in the current
    folder, which may be a stranger's, are not executed."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "octopus", "serve", "--port", "0", "--no-open", "--data-dir", str(data_dir)],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
    )


def _wait_until_up(server: subprocess.Popen[bytes], data_dir: Path, output: IO[bytes]) -> str:
    deadline = time.monotonic() + START_LIMIT_S
    while server.poll() is None and time.monotonic() < deadline:
        said = announced_server(data_dir)
        if said is not None and said.url is not None and said.pid == server.pid:
            return said.url
        time.sleep(_POLL_S)
    output.seek(0)
    words = output.read().decode(errors="replace").strip().removeprefix("octopus: ")
    raise ServerDidNotStart(words or "The server did not start.", server.poll())


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _token_in(data_dir: Path) -> str | None:
    try:
        return (data_dir / TOKEN_NAME).read_text(encoding="ascii").strip()
    except OSError:
        return None
