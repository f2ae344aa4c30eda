"""TrackingClient: calls of the server -> the tracking worker process and back. Implements domain.tracking.Tracking.

The worker takes seconds to import mlflow; `start` does not wait for it, calls do. One that dies is started again. The
server's process itself never imports mlflow.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import JsonValue, TypeAdapter

from octopus.domain.errors import TrackingUnavailable
from octopus.domain.tracking import (
    ArtifactFile,
    Collected,
    MlflowStatus,
    NewRun,
    OutputSpec,
    TablePage,
    TrackedRun,
)
from octopus.tracking.worker_process import Spawn, WorkerGone, WorkerProcess, WorkerSettings, own_process

_RESTART_FIRST_S = 0.2
_RESTART_LIMIT_S = 10.0
_FILES: TypeAdapter[tuple[ArtifactFile, ...]] = TypeAdapter(tuple[ArtifactFile, ...])


class TrackingClient:
    """`artifact_root`: folder for the artifacts of experiments made here (not used with a remote tracking server).
    `state_dir`: where the worker keeps its log and downloaded artifacts. `environment`: the server's own. `spawn`: how
    the worker's process comes to be. Times in seconds: `start_timeout_s` for a worker that is starting,
    `call_timeout_s` for an answer."""

    def __init__(
        self,
        *,
        tracking_uri: str,
        artifact_root: Path,
        state_dir: Path,
        environment: Mapping[str, str],
        spawn: Spawn = own_process,
        start_timeout_s: float = 180.0,
        call_timeout_s: float = 30.0,
    ) -> None:
        self._tracking_uri = tracking_uri
        self._settings = WorkerSettings(tracking_uri, artifact_root, state_dir, environment)
        self._spawn = spawn
        self._start_timeout_s = start_timeout_s
        self._call_timeout_s = call_timeout_s
        self._ready: asyncio.Future[WorkerProcess] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._unsure: set[str] = set()
        self._trouble = ""

    @property
    def state(self) -> Literal["off", "starting", "ready"]:
        if self._keeper is None or self._ready is None:
            return "off"
        return "ready" if self.worker_pid is not None else "starting"

    @property
    def worker_pid(self) -> int | None:
        """Process id of a worker that is ready."""
        if self._ready is None or not self._ready.done() or self._ready.result().is_gone:
            return None
        return self._ready.result().pid

    async def start(self) -> None:
        """Start the worker in the background; returns at once."""
        if self._keeper is None:
            self._ready = asyncio.get_running_loop().create_future()
            self._keeper = asyncio.create_task(self._keep_a_worker())

    async def wait_until_ready(self) -> None:
        """Until the store can be used: a local one has its tables then. Raises TrackingUnavailable."""
        await self._worker()

    async def stop(self) -> None:
        """End the worker; calls that wait fail."""
        if self._keeper is not None:
            keeper, self._keeper = self._keeper, None
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)

    async def create_run(self, new: NewRun) -> TrackedRun:
        again = new.may_exist or new.key in self._unsure
        self._unsure.add(new.key)
        result = await self._call("create_run", new=new.model_dump(), again=again)
        self._unsure.discard(new.key)
        return TrackedRun.model_validate(result)

    async def log_texts(self, run_id: str, texts: dict[str, str]) -> None:
        await self._call("log_texts", run_id=run_id, texts=dict(texts), timeout_s=600.0)

    async def collect(
        self, run_id: str, outputs_dir: str, outputs: tuple[OutputSpec, ...], *, complete: bool = True
    ) -> Collected:
        specs: JsonValue = [spec.model_dump() for spec in outputs]
        result = await self._call(
            "collect", run_id=run_id, outputs_dir=outputs_dir, outputs=specs, complete=complete, timeout_s=600.0
        )
        return Collected.model_validate(result)

    async def close_run(self, run_id: str, status: MlflowStatus) -> None:
        await self._call("close_run", run_id=run_id, status=status)

    async def close_open_runs(self, octopus_run_id: str, status: MlflowStatus) -> None:
        await self._call("close_open_runs", octopus_run_id=octopus_run_id, status=status)

    async def preview(self, path: str, offset: int, limit: int, with_profile: bool) -> TablePage:
        result = await self._call("preview", path=path, offset=offset, limit=limit, with_profile=with_profile)
        return TablePage.model_validate(result)

    async def list_artifacts(self, run_id: str) -> tuple[ArtifactFile, ...]:
        return _FILES.validate_python(await self._call("list_artifacts", run_id=run_id))

    async def fetch_artifact(self, run_id: str, path: str) -> str:
        return str(await self._call("fetch_artifact", run_id=run_id, path=path, timeout_s=600.0))

    async def fetch_uri(self, uri: str) -> str:
        return str(await self._call("fetch_uri", uri=uri, timeout_s=600.0))

    async def run_url(self, experiment_id: str, run_id: str) -> str | None:
        remote = urlsplit(self._tracking_uri).scheme in ("http", "https")
        base = self._tracking_uri.rstrip("/") if remote else "/mlflow"
        return f"{base}/#/experiments/{experiment_id}/runs/{run_id}"

    async def _call(self, method: str, *, timeout_s: float | None = None, **params: JsonValue) -> Any:
        """A call whose worker died is made once more: every method may be repeated."""
        try:
            return await self._call_once(method, params, timeout_s)
        except WorkerGone:
            if method == "create_run":
                params = {**params, "again": True}
        try:
            return await self._call_once(method, params, timeout_s)
        except WorkerGone as error:
            raise TrackingUnavailable("The tracking worker process ended while it was working.") from error

    async def _call_once(self, method: str, params: dict[str, JsonValue], timeout_s: float | None) -> Any:
        worker = await self._worker()
        try:
            return await asyncio.wait_for(worker.call(method, params), timeout_s or self._call_timeout_s)
        except TimeoutError as error:
            raise TrackingUnavailable(f"MLflow did not answer {method} in time.") from error

    async def _worker(self) -> WorkerProcess:
        if self._ready is None or self._keeper is None:
            raise TrackingUnavailable("The tracking worker is not running.")
        try:
            return await asyncio.wait_for(asyncio.shield(self._next_ready()), self._start_timeout_s)
        except TimeoutError as error:
            raise TrackingUnavailable(f"The tracking worker is not ready yet{self._trouble}.") from error

    async def _keep_a_worker(self) -> None:
        """Start a worker, wait for its end, start the next one; the wait in between grows while they fail to start."""
        pause_s = _RESTART_FIRST_S
        while True:
            worker = await WorkerProcess.start(self._settings, self._spawn)
            try:
                trouble = await worker.set_up()
                self._trouble = f": {trouble}" if trouble else ""
                if trouble is None:
                    pause_s = _RESTART_FIRST_S
                    self._next_ready().set_result(worker)
                    await worker.wait()
            finally:
                await _to_the_end(worker.stop())
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _RESTART_LIMIT_S)

    def _next_ready(self) -> "asyncio.Future[WorkerProcess]":
        """Resolves to a worker that lives, as far as anybody knows."""
        if self._ready is None or (self._ready.done() and self._ready.result().is_gone):
            self._ready = asyncio.get_running_loop().create_future()
        return self._ready


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Also when whoever waits for it is cancelled meanwhile: half a stop would leave a process."""
    stopping = asyncio.create_task(work)
    try:
        await asyncio.shield(stopping)
    except asyncio.CancelledError:
        await stopping
        raise
