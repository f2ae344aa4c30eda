"""The container: what a server is made of, wired from its settings. The one place where adapters meet services."""

import asyncio
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from octopus.bootstrap.access_token import access_token
from octopus.bootstrap.database_url import database_path, mlflow_url
from octopus.bootstrap.forked_worker import forked_or_own
from octopus.bootstrap.health import WARM_LOG_NAME, BackendsHealth, HealthCheck
from octopus.bootstrap.run_removal import RunRemoval
from octopus.bootstrap.settings import Settings, cores
from octopus.catalog.catalog import Catalog, built_in_catalog
from octopus.compiler.machine_size import MachineSize
from octopus.domain.tracking import Tracking
from octopus.execution.backends.cold import ColdBackend
from octopus.execution.backends.fork_server import ForkServer, ForkServerSettings
from octopus.execution.backends.protocol import Backend
from octopus.execution.backends.warm import WarmBackend
from octopus.execution.backends.watch import Watch
from octopus.execution.environment import fork_server_environment
from octopus.execution.environments.wanted import ENV_ROOT_VARIABLE
from octopus.execution.log.reader import LogReader
from octopus.execution.runs import Runs
from octopus.execution.settings import ExecutionSettings
from octopus.execution.step_code import StepCodes
from octopus.features.datasets.datasets import Datasets
from octopus.features.mlflow_ui.child import MlflowChild
from octopus.features.mlflow_ui.proxy import MlflowUi
from octopus.features.projects.projects import Projects
from octopus.store.data_directory import DataDirectory
from octopus.store.database import Database
from octopus.store.pipelines import SqlPipelineStore
from octopus.store.results import SqlResults
from octopus.store.runs import SqlRunStore
from octopus.stream.hub import Hub
from octopus.tracking.client import TrackingClient

PRELOADED = (
    "octopus.steps.runtime.run",
    "octopus.steps.library.*",
    "octopus.steps.modelling.*",
    "octopus.steps.tables.*",
)
"""What the processes that are forked run, named only: the server itself imports none of it."""
WorkerState = Literal["off", "starting", "ready"]
TRACKING_STOP_LIMIT_S = 0.8
"""The worker has been told what to close by then; it ends with its pipe in any case."""


class TrackingService(Tracking, Protocol):
    """Tracking with a life of its own."""

    @property
    def state(self) -> WorkerState: ...

    async def start(self) -> None: ...

    async def wait_until_ready(self) -> None: ...

    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Substitutes:
    """What a test puts in place of the outside world. None: the real thing."""

    tracking: TrackingService | None = None
    backend: Backend | None = None


NO_SUBSTITUTES = Substitutes()


@dataclass(slots=True)
class Container:
    """Made by `build_container`; `start` and `stop` once each."""

    settings: Settings
    token: str
    machine: MachineSize
    catalog: Catalog
    data_directory: DataDirectory
    database: Database
    pipelines: SqlPipelineStore
    run_store: SqlRunStore
    results: SqlResults
    logs: LogReader
    hub: Hub
    tracking: TrackingService
    runs: Runs
    codes: StepCodes
    removal: RunRemoval
    datasets: Datasets
    projects: Projects
    mlflow_ui: MlflowUi
    health: HealthCheck
    fork_server: ForkServer
    is_warm: bool
    _stopping: "asyncio.Task[None] | None" = None

    async def start(self) -> None:
        """Quick: what takes long (MLflow's worker, recovery) goes on in the background."""
        await asyncio.to_thread(self.datasets.prepare)
        if self.is_warm:
            await self.fork_server.start()
        await self.tracking.start()
        await self.runs.open()

    async def stop_steps(self) -> None:
        """Nothing starts any more. Steps that run go on under their supervisors; if the settings say so, they are ended
        instead, and everybody who watches sees their end. Idempotent."""
        if self._stopping is None:
            grace_s = self.settings.shutdown_grace_s if self.settings.stop_steps else None
            self._stopping = asyncio.create_task(self.runs.shutdown(grace_s))
        await asyncio.shield(self._stopping)

    async def stop(self) -> None:
        """Give everything back. Idempotent."""
        await self.stop_steps()
        await asyncio.gather(self._stop_tracking(), self.mlflow_ui.stop())
        await self.fork_server.stop()
        await asyncio.to_thread(self.database.close)
        self.data_directory.release()

    async def _stop_tracking(self) -> None:
        stopping = asyncio.ensure_future(self.tracking.stop())
        await asyncio.wait({stopping}, timeout=TRACKING_STOP_LIMIT_S)


def build_container(settings: Settings, substitutes: Substitutes = NO_SUBSTITUTES) -> Container:
    """Claims the data directory and opens the database. Raises StorageUnavailable with what to do about it."""
    directory = DataDirectory.claim(settings.data_dir)
    try:
        return _wire(settings, directory, substitutes)
    except BaseException:
        directory.release()
        raise


def _wire(settings: Settings, directory: DataDirectory, substitutes: Substitutes) -> Container:
    token = settings.token or access_token(directory.path)
    database = Database.open(database_path(settings.database_url, directory.database_path))
    execution = _execution_settings(settings, directory)
    projects = Projects(directory.path, roots=(directory.path / "artifacts", execution.datasets_dir))
    catalog, machine = built_in_catalog().joined_by(projects), MachineSize(cpus=cores())
    run_store, results, logs = SqlRunStore(database), SqlResults(database), LogReader(execution.attempts_dir)
    hub, watch = Hub(run_store, logs), Watch()
    fork_server = _fork_server(execution, directory)
    tracking = substitutes.tracking or _tracking(execution, directory, fork_server)
    fork_server.when_ended(watch.hurry)
    runs = Runs(
        store=run_store,
        results=results,
        audience=hub,
        tracking=tracking,
        backend=substitutes.backend or WarmBackend(ColdBackend(execution.bin_dir, watch), fork_server),
        settings=execution,
        free_bytes=lambda: shutil.disk_usage(directory.path).free,
    )
    return Container(
        settings=settings,
        token=token,
        machine=machine,
        catalog=catalog,
        data_directory=directory,
        database=database,
        pipelines=SqlPipelineStore(database),
        run_store=run_store,
        results=results,
        logs=logs,
        hub=hub,
        tracking=tracking,
        runs=runs,
        codes=StepCodes(),
        removal=RunRemoval(run_store, execution.attempts_dir),
        datasets=Datasets(execution.datasets_dir),
        projects=projects,
        mlflow_ui=_mlflow_ui(execution, directory.path, tracking),
        fork_server=fork_server,
        is_warm=settings.warm and substitutes.backend is None,
        health=HealthCheck(
            database=database,
            data_dir=directory.path,
            min_free_bytes=settings.min_free_bytes,
            attempts=lambda: runs.attempts_under_way,
            loop_ages_s=lambda: {**runs.background.ages_s(), **watch.ages_s()},
            tracking_state=lambda: tracking.state,
            backends=lambda: _backends_health(fork_server),
        ),
    )


def _execution_settings(settings: Settings, directory: DataDirectory) -> ExecutionSettings:
    return ExecutionSettings(
        attempts_dir=directory.folder("attempts"),
        closings_dir=directory.folder("closings"),
        datasets_dir=directory.folder("datasets"),
        snapshots_dir=directory.folder("snapshots"),
        environments_dir=_environments_dir(directory),
        bin_dir=Path(sys.executable).parent,
        tracking_uri=settings.tracking_uri or mlflow_url(directory.path / "mlflow.db"),
        server_env=os.environ,
        cores=cores(),
        max_steps=settings.max_steps,
        max_active_runs=settings.max_active_runs,
        max_queued_runs=settings.max_queued_runs,
        cancel_grace_s=settings.cancel_grace_s,
        log_cap_bytes=settings.log_cap_bytes,
        min_free_bytes=settings.min_free_bytes,
    )


def _tracking(execution: ExecutionSettings, directory: DataDirectory, fork_server: ForkServer) -> TrackingClient:
    return TrackingClient(
        spawn=forked_or_own(fork_server),
        tracking_uri=execution.tracking_uri,
        artifact_root=directory.path / "artifacts",
        state_dir=directory.folder("tracking"),
        environment=execution.server_env,
    )


def _fork_server(execution: ExecutionSettings, directory: DataDirectory) -> ForkServer:
    return ForkServer(
        ForkServerSettings(
            environment=fork_server_environment(execution),
            home=directory.folder("warm"),
            log=directory.path / WARM_LOG_NAME,
            tracking_uri=execution.tracking_uri,
            modules=PRELOADED,
        )
    )


def _backends_health(fork_server: ForkServer) -> BackendsHealth:
    return BackendsHealth(
        warm=fork_server.state,
        warm_reason="" if fork_server.state == "ready" else fork_server.trouble,
        warm_memory_bytes=fork_server.memory_bytes,
    )


def _environments_dir(directory: DataDirectory) -> Path:
    """Where MLflow is told to keep its own, if it is."""
    chosen = os.environ.get(ENV_ROOT_VARIABLE)
    return Path(chosen).expanduser().resolve() if chosen else directory.folder("environments")


def _mlflow_ui(execution: ExecutionSettings, data_dir: Path, tracking: TrackingService) -> MlflowUi:
    if execution.tracking_uri.startswith(("http://", "https://")):
        return MlflowUi(None, execution.tracking_uri)
    child = MlflowChild(
        tracking_uri=execution.tracking_uri,
        artifact_root=data_dir / "artifacts",
        bin_dir=execution.bin_dir,
        environment=execution.server_env,
        log_path=data_dir / "mlflow-ui.log",
        store_ready=tracking.wait_until_ready,
    )
    return MlflowUi(child)
