"""Connection: a command's way to a server: the one it is told, the one that uses the data directory, or, if there is
none, one of its own for as long as the command lasts."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from octopus.cli.exit_codes import DATA_DIRECTORY, PROBLEMS, SERVER
from octopus.cli.failure import failure
from octopus.cli.interrupts import stoppable
from octopus.sdk.servers import TOKEN_VARIABLE, Address, ServerDidNotStart, named_server, own_server, server_of

if TYPE_CHECKING:
    import httpx


@dataclass(frozen=True, slots=True)
class Connection:
    """`url` without a slash at the end."""

    url: str
    token: str
    http: "httpx.Client"

    def call(self, method: str, path: str, **options: Any) -> Any:
        """The JSON that `/api<path>` answers; ends the command as `request` does."""
        answer = self.request(method, path, **options)
        return answer.json() if answer.content else None

    def request(self, method: str, path: str, **options: Any) -> "httpx.Response":
        """What `/api<path>` answers. Ends the command with a sentence, and the problems one per line, if the server
        does not answer or refuses."""
        import httpx

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
    with stoppable(), _address(data_dir, server) as address, _connection(address) as connection:
        yield connection


@contextmanager
def _connection(address: Address) -> Iterator[Connection]:
    # Imported only here and above: `octopus --help` and the Tab key must not wait for it.
    import httpx

    url, token = address
    if not token:
        raise failure(f"Set {TOKEN_VARIABLE} to the access token of {url}.", SERVER)
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=60, trust_env=False) as http:
        yield Connection(url, token, http)


@contextmanager
def _address(data_dir: Path, server: str | None) -> Iterator[Address]:
    if server is not None:
        yield named_server(server, data_dir)
    elif (running := server_of(data_dir)) is not None:
        yield running
    else:
        try:
            _say_that_it_takes_a_moment()
            with own_server(data_dir) as own:
                yield own
        except ServerDidNotStart as error:
            raise failure(error.detail, error.exit_code or DATA_DIRECTORY) from None


def _say_that_it_takes_a_moment() -> None:
    if sys.stderr.isatty():
        typer.echo("No server runs: starting one for this command ...", err=True)


def _refusal(answer: "httpx.Response") -> Exception:
    from octopus.sdk.refusals import refusal

    refused = refusal(answer)
    lines = [f"\n  {problem.pointer or '/'}: {problem.message}" for problem in refused.problems]
    return failure(f"{refused.detail}{''.join(lines)}", PROBLEMS if refused.problems else SERVER)
