"""Client: a way to a server, for programs that wait, and AsyncClient, for those that await."""

import os
from pathlib import Path
from typing import Self

from octopus.bootstrap.settings import default_data_dir
from octopus.domain.errors import ServerUnreachable
from octopus.sdk.both import Awaited, Waiting
from octopus.sdk.client_calls import ClientCalls
from octopus.sdk.http import Http
from octopus.sdk.portal import Portal
from octopus.sdk.run import AsyncRun, Run
from octopus.sdk.servers import DATA_DIR_VARIABLE, SERVER_VARIABLE, Address, named_server, server_of


class Client(ClientCalls[Run], Waiting):
    """A server, spoken to from Python. Every call waits for its answer.

    Args:
        url: Address of the server, such as `http://127.0.0.1:8000`. None: that of `OCTOPUS_SERVER`; else the server
            that uses the data directory (`OCTOPUS_DATA_DIR`, or the usual one).
        token: Its access token. None: that of `OCTOPUS_TOKEN`; else, of a server on this machine, the one that is kept
            in the data directory.
        data_dir: Another data directory to look at.

    Raises:
        ServerUnreachable: No address is given and no server uses the data directory.
        AccessRefused: No token is given or found.

    Example:
        >>> with octopus.Client() as client:  # doctest: +SKIP
        ...     run = client.start(pipeline)
        ...     for event in run.events():
        ...         print(event.kind)
        ...     model = run.get_artifact("model")
    """

    def __init__(
        self, url: str | None = None, token: str | None = None, *, data_dir: str | os.PathLike[str] | None = None
    ) -> None:
        super().__init__(Http(_address(url, token, data_dir)), Portal("octopus client"))

    def _run(self, run_id: str) -> Run:
        return Run(run_id, self._venue, self._portal)

    def close(self) -> None:
        """Close the connections. Idempotent."""
        self._portal.call(self._http.close())
        self._portal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self.close()


class AsyncClient(ClientCalls[AsyncRun], Awaited):
    """The same for `async` programs: every call is awaited, and used on one event loop.

    Example:
        >>> async with octopus.AsyncClient() as client:  # doctest: +SKIP
        ...     run = await client.start(pipeline)
        ...     async for event in run.events():
        ...         print(event.kind)
    """

    def __init__(
        self, url: str | None = None, token: str | None = None, *, data_dir: str | os.PathLike[str] | None = None
    ) -> None:
        super().__init__(Http(_address(url, token, data_dir)), None)

    def _run(self, run_id: str) -> AsyncRun:
        return AsyncRun(run_id, self._venue, None)

    async def close(self) -> None:
        """Close the connections. Idempotent."""
        await self._http.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.close()


def _address(url: str | None, token: str | None, data_dir: str | os.PathLike[str] | None) -> Address:
    folder = Path(data_dir or os.environ.get(DATA_DIR_VARIABLE) or default_data_dir()).expanduser().absolute()
    url = url or (None if data_dir else os.environ.get(SERVER_VARIABLE))
    found = named_server(url, folder) if url else server_of(folder)
    if found is None:
        raise ServerUnreachable(f"No server uses {folder}: start one with `octopus serve`, or pass url=.")
    return Address(found.url, token or found.token)
