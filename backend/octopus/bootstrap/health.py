"""How the server and what it stands on are: what GET /health answers."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, Protocol

from octopus import __version__
from octopus.domain.base import Value
from octopus.domain.errors import OctopusError
from octopus.execution.disk import NO_MORE_LOGS_BYTES

DATABASE_LIMIT_S = 2.0
WARM_LOG_NAME = "warm-backend.log"
"""In the data directory: what the warm backend's own process printed."""
STALE_AFTER_S = 60.0
"""Every background loop ticks more often than this."""


class DatabaseHealth(Value):
    ok: bool
    detail: str = ""


class DiskHealth(Value):
    """Of the file system that holds the data directory. With less than `no_new_runs_bytes` free no run is taken, with
    less than `no_more_logs_bytes` steps that run print no more."""

    ok: bool
    free_bytes: int
    total_bytes: int
    no_new_runs_bytes: int
    no_more_logs_bytes: int = NO_MORE_LOGS_BYTES


class LoopHealth(Value):
    """A background loop. `age_s`: seconds since it last went well."""

    name: str
    ok: bool
    age_s: float


class TrackingHealth(Value):
    """The worker process that speaks with MLflow."""

    state: Literal["off", "starting", "ready"]


class BackendsHealth(Value):
    """Where steps can run. `warm_reason`: why warm is not ready, empty if it is. `warm_memory_bytes`: what its process
    holds while it waits, None while it is not ready."""

    cold: Literal["ready"] = "ready"
    warm: Literal["starting", "ready", "off"] = "off"
    warm_reason: str = ""
    warm_memory_bytes: int | None = None


class Health(Value):
    """`status` degraded: at least one part is not well. `attempts`: how many are under way."""

    status: Literal["ok", "degraded"]
    version: str
    database: DatabaseHealth
    disk: DiskHealth
    loops: tuple[LoopHealth, ...]
    tracking: TrackingHealth
    backends: BackendsHealth
    attempts: int = 0


class Pingable(Protocol):
    async def ping(self) -> None: ...


class HealthCheck:
    """`loop_ages_s`: seconds since each background loop last went well, by name; `attempts`: those under way."""

    def __init__(
        self,
        *,
        database: Pingable,
        data_dir: Path,
        min_free_bytes: int,
        attempts: Callable[[], int],
        loop_ages_s: Callable[[], Mapping[str, float]],
        tracking_state: Callable[[], Literal["off", "starting", "ready"]],
        backends: Callable[[], BackendsHealth] = BackendsHealth,
    ) -> None:
        self._database = database
        self._data_dir = data_dir
        self._min_free_bytes = min_free_bytes
        self._attempts = attempts
        self._loop_ages_s = loop_ages_s
        self._tracking_state = tracking_state
        self._backends = backends

    async def look(self) -> Health:
        """Never raises: what does not answer is said to be unwell."""
        database = await self._look_at_database()
        disk = self._look_at_disk()
        loops = tuple(
            LoopHealth(name=name, ok=age_s < STALE_AFTER_S, age_s=round(age_s, 3))
            for name, age_s in sorted(self._loop_ages_s().items())
        )
        well = database.ok and disk.ok and all(loop.ok for loop in loops)
        return Health(
            status="ok" if well else "degraded",
            version=__version__,
            database=database,
            disk=disk,
            loops=loops,
            tracking=TrackingHealth(state=self._tracking_state()),
            backends=self._backends(),
            attempts=self._attempts(),
        )

    async def _look_at_database(self) -> DatabaseHealth:
        try:
            async with asyncio.timeout(DATABASE_LIMIT_S):
                await self._database.ping()
        except TimeoutError:
            return DatabaseHealth(ok=False, detail=f"no answer within {DATABASE_LIMIT_S:g} s")
        except OctopusError as error:
            # The full sentence names a path, which is nobody's business who has no token.
            return DatabaseHealth(ok=False, detail=error.title)
        return DatabaseHealth(ok=True)

    def _look_at_disk(self) -> DiskHealth:
        try:
            usage = shutil.disk_usage(self._data_dir)
        except OSError:
            return DiskHealth(ok=False, free_bytes=0, total_bytes=0, no_new_runs_bytes=self._min_free_bytes)
        return DiskHealth(
            ok=usage.free >= self._min_free_bytes,
            free_bytes=usage.free,
            total_bytes=usage.total,
            no_new_runs_bytes=self._min_free_bytes,
        )
