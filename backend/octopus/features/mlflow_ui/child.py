"""The child: one `mlflow server` on a Unix socket in a private folder, so that nobody can go past octopus' door.

It lives until the server stops. One that has died is started again when it is next asked for.
"""

import asyncio
import contextlib
import os
import shlex
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from octopus.domain.errors import TrackingUnavailable

if TYPE_CHECKING:
    from httpx import AsyncClient

START_LIMIT_S = 180.0
"""A cold start takes 5-10 s on two idle cores; steps that compute leave little of them."""
POLL_S = 0.2
STOP_LIMIT_S = 2.0
STATIC_PREFIX = "/mlflow"
BASE_URL = "http://localhost"

State = Literal["off", "starting", "ready", "failed"]


class MlflowChild:
    """`bin_dir`: the environment's bin folder, with `mlflow` in it. `log_path`: where the child's output goes.
    `store_ready` returns when the tracking store has its tables: two processes that make them at once get in each
    other's way."""

    def __init__(
        self,
        *,
        tracking_uri: str,
        artifact_root: Path,
        bin_dir: Path,
        environment: Mapping[str, str],
        log_path: Path,
        store_ready: Callable[[], Awaitable[None]],
    ) -> None:
        self._tracking_uri = tracking_uri
        self._artifact_root = artifact_root
        self._bin_dir = bin_dir
        self._environment = environment
        self._store_ready = store_ready
        self.log_path = log_path
        self._folder: str | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._starting: asyncio.Task[None] | None = None
        self.client: AsyncClient | None = None

    @property
    def state(self) -> State:
        if self._starting is None:
            return "off"
        if not self._starting.done():
            return "starting"
        return "ready" if self.client is not None and self._is_alive() else "failed"

    def ensure_started(self) -> State:
        """Start it if it is not there; returns at once. One that has failed says so once; the next call tries again."""
        state = self.state
        if state == "off":
            self._starting = asyncio.create_task(self._start(), name="start mlflow server")
            return "starting"
        if state == "failed":
            self._starting = None
        return state

    async def wait(self) -> State:
        """Until it is ready or has failed."""
        if self._starting is not None:
            await asyncio.wait({self._starting})
        return self.state

    async def stop(self) -> None:
        """Ends every process of it. Idempotent."""
        starting, self._starting = self._starting, None
        if starting is not None:
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
        await self._clear()

    def _is_alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def _start(self) -> None:
        import httpx  # only who looks at MLflow's UI pays for it

        await self._clear()
        with contextlib.suppress(TrackingUnavailable):  # then MLflow itself says in its log what ails the store
            await self._store_ready()
        self._folder = tempfile.mkdtemp(prefix="octopus-mlflow-")
        socket = str(Path(self._folder) / "socket")
        with self.log_path.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command(socket),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                env=self._child_environment(),
            )
        transport = httpx.AsyncHTTPTransport(uds=socket)
        client = httpx.AsyncClient(transport=transport, base_url=BASE_URL, timeout=None, follow_redirects=False)  # noqa: S113 - the browser decides how long it waits
        try:
            if await self._answers(client):
                self.client = client
        finally:
            if self.client is not client:
                await client.aclose()

    async def _answers(self, client: "AsyncClient") -> bool:
        """Whether it comes up in time."""
        import httpx

        deadline = asyncio.get_running_loop().time() + START_LIMIT_S
        while self._is_alive() and asyncio.get_running_loop().time() < deadline:
            try:
                if (await client.get(f"{STATIC_PREFIX}/health", timeout=2)).status_code == 200:
                    return True
            except httpx.TransportError:
                await asyncio.sleep(POLL_S)
        return False

    async def _clear(self) -> None:
        if self.client is not None:
            client, self.client = self.client, None
            await client.aclose()
        if self._process is not None:
            process, self._process = self._process, None
            if process.returncode is None:
                process.terminate()
            await asyncio.wait_for(process.wait(), STOP_LIMIT_S)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _command(self, socket: str) -> list[str]:
        return [
            sys.executable,
            "-m",
            "octopus.features.mlflow_ui.guardian",
            str(self._bin_dir / "mlflow"),
            "server",
            "--default-artifact-root",
            self._artifact_root.as_uri(),
            "--static-prefix",
            STATIC_PREFIX,
            "--workers",
            "1",
            "--uvicorn-opts",
            f"--uds {shlex.quote(socket)} --log-level warning",
        ]

    def _child_environment(self) -> dict[str, str]:
        """The server's environment without its secrets. The tracking URI may hold a password: it stands here and not in
        the command, which every user of the machine may read."""
        inherited = {name: value for name, value in self._environment.items() if not name.startswith("OCTOPUS_")}
        return {
            **inherited,
            "MLFLOW_BACKEND_STORE_URI": self._tracking_uri,
            "OCTOPUS_GUARDED_BY": str(os.getpid()),
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        }
