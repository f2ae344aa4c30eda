"""AtServer: the venue that is a server, spoken to over its REST API. To be used on one event loop."""

import shutil
import tempfile
import uuid
import weakref
from asyncio import to_thread
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from octopus.compiler.describe import PlanView
from octopus.domain.base import Value
from octopus.domain.event import EVENT, Event, LogBatch
from octopus.domain.pipeline import PipelineDocument
from octopus.domain.problem import Problem
from octopus.domain.run import RunView, StepRunView
from octopus.sdk.archives import archive
from octopus.sdk.http import Http
from octopus.sdk.venue import Asked, AskedRun, Attempt
from octopus.services.step_logs import StepLog

V = TypeVar("V", bound=Value)


class AtServer:
    """What it downloads lies in a temporary folder that goes with this object, each artifact once."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._folder: Path | None = None
        self._fetched: dict[tuple[str, ...], Path] = {}

    async def validate(self, document: PipelineDocument) -> tuple[Problem, ...]:
        answer = await self._http.json("POST", "/validate", json=as_json(document))
        return tuple(read(Problem, one) for one in answer["problems"])

    async def plan(self, asked: Asked) -> PlanView:
        return read(PlanView, await self._http.json("POST", "/plan", json=as_json(asked)))

    async def start(self, asked: AskedRun, key: str | None) -> RunView:
        """Through a connection that breaks at the wrong moment nothing starts twice: there is always a key."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return read(RunView, await self._http.json("POST", "/runs", json=as_json(asked), headers=headers))

    async def resume(self, run_id: str) -> RunView:
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        return read(RunView, await self._http.json("POST", f"/runs/{run_id}/resume", headers=headers))

    async def cancel(self, run_id: str) -> RunView:
        return read(RunView, await self._http.json("POST", f"/runs/{run_id}/cancel"))

    async def view(self, run_id: str) -> RunView:
        return read(RunView, await self._http.json("GET", f"/runs/{run_id}"))

    async def step_runs(self, run_id: str) -> tuple[StepRunView, ...]:
        answer = await self._http.json("GET", f"/runs/{run_id}/steps")
        return tuple(read(StepRunView, one) for one in answer["items"])

    async def follow(self, run_id: str, after: int) -> AsyncGenerator[Event | LogBatch, None]:
        async for message in self._http.follow(run_id, after):
            if message["kind"] == "log":
                yield read(LogBatch, message)
            else:
                yield EVENT.validate_python(message, extra="ignore")

    async def log(
        self, run_id: str, step_id: str, which: Attempt, *, after_line: int, limit: int, query: str
    ) -> StepLog:
        asked = {"after_line": after_line, "limit": limit, "query": query, **_query(which)}
        return read(StepLog, await self._http.json("GET", f"/runs/{run_id}/steps/{step_id}/log", params=asked))

    async def port_file(self, run_id: str, step_id: str, port: str, which: Attempt) -> Path:
        return await self._fetch(f"/runs/{run_id}/steps/{step_id}/ports/{port}/download", which)

    async def close(self) -> None:
        """Close the connections; what was downloaded stays."""
        await self._http.close()

    async def _fetch(self, address: str, which: Attempt) -> Path:
        """A folder comes as a zip archive and is unpacked."""
        key = (address, str(which))
        if (known := self._fetched.get(key)) is not None:
            return known
        folder = await to_thread(self._new_folder)
        headers = await self._http.download(address, folder / "download", params=_query(which))
        said = headers.get("X-Octopus-Name") or address.rsplit("/", 1)[-1]
        name = Path(unquote(said, errors="surrogateescape")).name
        is_folder = headers.get("content-type") == "application/zip"
        self._fetched[key] = await to_thread(_put_in_place, folder / "download", name, is_folder)
        return self._fetched[key]

    def _new_folder(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="octopus-artifacts-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        folder = self._folder / uuid.uuid4().hex
        folder.mkdir()
        return folder


def as_json(value: Value) -> dict[str, Any]:
    return value.model_dump(mode="json")


def read(kind: type[V], answer: Any) -> V:
    """Fields that a newer server adds are left out."""
    return kind.model_validate(answer, extra="ignore")


def _query(which: Attempt) -> dict[str, int]:
    return which.model_dump(exclude_none=True)


def _put_in_place(download: Path, name: str, is_folder: bool) -> Path:
    """Below its own name, which says what kind of file it is."""
    target = download.parent / "content" / name
    target.parent.mkdir()
    if not is_folder:
        return download.rename(target)
    target.mkdir()
    with archive(download, name) as packed:
        packed.extractall(target)
    download.unlink()
    return target
