"""Connection: a command's way to a server: the one it is told, the one that uses the data directory, or, if there is
none, one of its own for as long as the command lasts."""

import ipaddress
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import httpx

from octopus.bootstrap.access_token import TOKEN_NAME
from octopus.cli.exit_codes import DATA_DIRECTORY, PROBLEMS, SERVER
from octopus.cli.failure import failure
from octopus.cli.interrupts import stoppable
from octopus.store.data_directory import announced_server, running_server

TOKEN_VARIABLE = "OCTOPUS_TOKEN"  # noqa: S105 - a variable's name

START_LIMIT_S = 60.0
STOP_LIMIT_S = 10.0
_POLL_S = 0.05


@dataclass(frozen=True, slots=True)
class Connection:
    """`url` without a slash at the end."""

    url: str
    token: str
    http: httpx.Client

    def call(self, method: str, path: str, **options: Any) -> Any:
        """The JSON that `/api<path>` answers; ends the command as `request` does."""
        answer = self.request(method, path, **options)
        return answer.json() if answer.content else None

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """What `/api<path>` answers. Ends the command with a sentence, and the problems one per line, if the server
        does not answer or refuses."""
        try:
            answer = self.http.request(method, f"/api{path}", **options)
        except httpx.TransportError as error:
            raise failure(f"The server {self.url} does not answer: {error}.", SERVER) from None
        if answer.is_success:
            return answer
        raise _refusal(answer)


@contextmanager
def connected(data_dir: Path, server: str | None) -> Iterator[Connection]:
    """`server`: its address; None: see above."""
    with stoppable():
        if server is not None:
            token = os.environ.get(TOKEN_VARIABLE) or (_token_in(data_dir) if _is_this_machine(server) else None)
            with _connection(server.rstrip("/"), token) as connection:
                yield connection
            return
        with (
            _server_of(data_dir) as url,
            _connection(url, os.environ.get(TOKEN_VARIABLE) or _token_in(data_dir)) as one,
        ):
            yield one


@contextmanager
def _connection(url: str, token: str | None) -> Iterator[Connection]:
    if not token:
        raise failure(f"Set {TOKEN_VARIABLE} to the access token of {url}.", SERVER)
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60, trust_env=False) as http:
        yield Connection(url, token, http)


@contextmanager
def _server_of(data_dir: Path) -> Iterator[str]:
    """Address of the server that uses the data directory; one is started, and stopped again, if there is none."""
    running = running_server(data_dir)
    if running is not None and running.url is not None:
        yield running.url
        return
    with tempfile.TemporaryFile() as output:
        server = _start(data_dir, output)
        try:
            yield _wait_until_up(server, data_dir, output)
        finally:
            _stop(server)


def _start(data_dir: Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
    """In a session of its own: Ctrl+C is for the command, which then decides."""
    return subprocess.Popen(
        [sys.executable, "-m", "octopus", "serve", "--port", "0", "--no-open", "--data-dir", str(data_dir)],
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
    raise failure(words or "The server did not start.", server.poll() or DATA_DIRECTORY)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _is_this_machine(server: str) -> bool:
    """The data directory's token lets people in on this machine: no other one is told it."""
    try:
        host = urlsplit(server).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _token_in(data_dir: Path) -> str | None:
    try:
        return (data_dir / TOKEN_NAME).read_text(encoding="ascii").strip()
    except OSError:
        return None


def _refusal(answer: httpx.Response) -> Exception:
    try:
        body = answer.json()
    except ValueError:
        return failure(f"The server refused: {answer.status_code} {answer.reason_phrase}.", SERVER)
    problems = body.get("problems", [])
    lines = [f"\n  {problem['pointer'] or '/'}: {problem['message']}" for problem in problems]
    return failure(f"{body.get('detail', 'The server refused.')}{''.join(lines)}", PROBLEMS if problems else SERVER)
