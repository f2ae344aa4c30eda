"""WorkerProcess: one life of the tracking worker, from its start to its end, with the calls that are under way."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from pydantic import JsonValue

from octopus.domain.errors import OctopusError
from octopus.tracking.wire import ERRORS, LENGTH, SETUP, frame

_MODULE = "octopus.tracking.worker"
_STOP_S = 0.4
"""A worker whose stdin is closed ends by itself; after this it is killed."""

_QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "PYTHONUNBUFFERED": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "15",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
}
"""Repeating is the caller's business, which knows its time limits; so MLflow's own retries are kept short."""


_LOG_LIMIT = 4 * 1024 * 1024
"""Bytes; a worker that starts with a longer log begins a new one."""


class WorkerLife(Protocol):
    """The worker's process."""

    @property
    def pid(self) -> int: ...

    async def wait(self) -> object:
        """Until it has ended."""
        ...

    def kill(self) -> None:
        """Raises ProcessLookupError if it has ended."""
        ...


class Spawn(Protocol):
    async def __call__(
        self, module: str, environment: Mapping[str, str], cwd: Path, files: tuple[int, int, int]
    ) -> WorkerLife:
        """`python -m module` as a session of its own, `files` its standard streams. They stay open here."""
        ...


async def own_process(
    module: str, environment: Mapping[str, str], cwd: Path, files: tuple[int, int, int]
) -> asyncio.subprocess.Process:
    """A Spawn that starts a Python of its own."""
    stdin, stdout, stderr = files
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        module,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        cwd=cwd,
        env=environment,
        start_new_session=True,
    )


class WorkerGone(Exception):
    """The worker ended before it answered."""


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    tracking_uri: str
    artifact_root: Path
    state_dir: Path
    environment: Mapping[str, str]

    def setup(self) -> dict[str, JsonValue]:
        """Travels on stdin: a tracking URI may hold a password, which no process list may show."""
        return {
            "tracking_uri": self.tracking_uri,
            "artifact_root": str(self.artifact_root),
            "cache_dir": str(self.state_dir / "artifact-cache"),
        }

    def worker_environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in self.environment.items() if not name.startswith("OCTOPUS_")}
        return {**inherited, **_QUIET}


class WorkerProcess:
    """Make it with `start`."""

    def __init__(
        self,
        process: WorkerLife,
        stdin: asyncio.StreamWriter,
        stdout: asyncio.StreamReader,
        settings: WorkerSettings,
    ) -> None:
        self._process = process
        self._stdin = stdin
        self._stdout = stdout
        self._settings = settings
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._next_id = 0
        self.is_gone = False
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, settings: WorkerSettings, spawn: Spawn) -> "WorkerProcess":
        settings.state_dir.mkdir(parents=True, exist_ok=True)
        settings.artifact_root.mkdir(parents=True, exist_ok=True)
        with _Pipe() as requests, _Pipe() as replies, _open_log(settings.state_dir / "tracking-worker.log") as log:
            process = await spawn(
                _MODULE, settings.worker_environment(), settings.state_dir, (requests.read, replies.write, log.fileno())
            )
            return cls(process, await requests.writer(), await replies.reader(), settings)

    @property
    def pid(self) -> int:
        return self._process.pid

    async def set_up(self) -> str | None:
        """None if the worker is ready for calls (MLflow's tables are there then), else what is in the way."""
        try:
            await self.call(SETUP, self._settings.setup())
        except WorkerGone:
            return "its process ended"
        except OctopusError as error:
            return error.detail
        return None

    async def call(self, method: str, params: dict[str, JsonValue]) -> Any:
        """The result. Raises WorkerGone, or the OctopusError that the worker answers."""
        if self.is_gone:
            raise WorkerGone
        self._next_id += 1
        answer = self._calls[self._next_id] = asyncio.get_running_loop().create_future()
        try:
            self._send(frame({"id": self._next_id, "method": method, "params": params}))
            return await answer
        finally:
            self._calls = {number: call for number, call in self._calls.items() if call is not answer}

    async def wait(self) -> None:
        """Until the worker has ended."""
        await asyncio.shield(self._reading)

    async def stop(self) -> None:
        """End the process, whatever state it is in."""
        self._stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), _STOP_S)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await self._reading
        with suppress(ConnectionError):
            await self._stdin.wait_closed()

    def _send(self, data: bytes) -> None:
        try:
            self._stdin.write(data)
        except (ConnectionError, RuntimeError) as error:
            raise WorkerGone from error

    async def _read(self) -> None:
        try:
            while True:
                (length,) = LENGTH.unpack(await self._stdout.readexactly(LENGTH.size))
                self._answer(json.loads(await self._stdout.readexactly(length)))
        except (asyncio.IncompleteReadError, ConnectionError):
            self.is_gone = True
            for call in self._calls.values():
                if not call.done():
                    call.set_exception(WorkerGone())

    def _answer(self, reply: dict[str, Any]) -> None:
        call = self._calls.get(reply["id"])
        if call is None or call.done():
            return
        if error := reply.get("error"):
            call.set_exception(ERRORS[error["kind"]](error["detail"]))
        else:
            call.set_result(reply["result"])


class _Pipe:
    """Its ends are closed when the `with` is left, except one that became a stream."""

    def __enter__(self) -> "_Pipe":
        self.read, self.write = os.pipe()
        self._ours: set[int] = {self.read, self.write}
        return self

    def __exit__(self, *_: object) -> None:
        for end in self._ours:
            os.close(end)

    async def writer(self) -> asyncio.StreamWriter:
        loop = asyncio.get_running_loop()
        file = os.fdopen(self._given_away(self.write), "wb", 0)
        transport, protocol = await loop.connect_write_pipe(
            lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader(loop=loop), loop=loop), file
        )
        return asyncio.StreamWriter(transport, protocol, None, loop)

    async def reader(self) -> asyncio.StreamReader:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(loop=loop)
        await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader, loop=loop), os.fdopen(self._given_away(self.read), "rb", 0)
        )
        return reader

    def _given_away(self, end: int) -> int:
        self._ours.remove(end)
        return end


def _open_log(path: Path) -> BinaryIO:
    too_long = path.exists() and path.stat().st_size > _LOG_LIMIT
    return path.open("wb" if too_long else "ab")
