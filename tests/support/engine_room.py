"""A Runs service with everything around it, in a temporary folder: with real `mlflow run` processes or with fakes."""

import asyncio
import os
import sysconfig
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from octopus.catalog.catalog import Catalog
from octopus.compiler.compile import compile_plan
from octopus.compiler.machine_size import MachineSize
from octopus.compiler.parse import parse
from octopus.compiler.plan import Code, Plan
from octopus.compiler.request import EVERYTHING, RunRequest
from octopus.domain.event import Event, LogLine
from octopus.domain.run import RunState, StepRunView
from octopus.domain.tracking import Tracking
from octopus.execution.backends.cold import ColdBackend
from octopus.execution.backends.protocol import AttemptSpec, Backend
from octopus.execution.log.reader import LogReader
from octopus.execution.runs import Runs
from octopus.execution.settings import ExecutionSettings
from octopus.tracking.client import TrackingClient
from tests.fakes.audience import RecordedAudience
from tests.fakes.instant_backend import Act, InstantBackend
from tests.fakes.tracking import InMemoryTracking
from tests.fakes.unsteady_store import UnsteadyRunStore

BIN_DIR = Path(sysconfig.get_path("scripts"))
MACHINE = MachineSize(cpus=2)
KNOWN_CODE = Code(command="sha256:c", project="sha256:p", environment="sha256:e")
PATIENCE_S = 170.0
"""A cold `mlflow run` takes 4 s on an idle machine and much longer on a busy one."""


def settings_for(folder: Path, **changes: Any) -> ExecutionSettings:
    settings = ExecutionSettings(
        attempts_dir=folder / "attempts",
        closings_dir=folder / "closings",
        datasets_dir=folder / "datasets",
        snapshots_dir=folder / "snapshots",
        environments_dir=folder / "environments",
        bin_dir=BIN_DIR,
        tracking_uri=f"sqlite:///{folder}/mlflow.db",
        server_env=dict(os.environ),
        cores=2,
        max_steps=2,
        cancel_grace_s=2.0,
        tracking_budget_s=30.0,
    )
    return replace(settings, **changes)


@dataclass
class EngineRoom:
    """`document`s are JSON; `catalog` says what their steps are."""

    folder: Path
    settings: ExecutionSettings
    catalog: Catalog
    tracking: Tracking
    backend: Backend
    store: UnsteadyRunStore = field(default_factory=UnsteadyRunStore)
    audience: RecordedAudience = field(default_factory=RecordedAudience)
    free_bytes: int = 2**40

    def __post_init__(self) -> None:
        self.runs = self.another_server()
        self.logs = LogReader(self.settings.attempts_dir)

    async def restart(self, *, crash: bool = False) -> None:
        """The server ends, in good order or at once, and another one begins."""
        await self.stop(crash=crash)
        self.runs = self.another_server()
        await self.runs.open()

    async def stop(self, *, crash: bool = False) -> None:
        if crash:
            await self.runs.background.stop()
            self.runs._queue.leave()
            await asyncio.sleep(0)
        else:
            await self.runs.shutdown(None)

    def another_server(self) -> Runs:
        """As after a restart: the same store, nothing else in memory."""
        return Runs(
            store=self.store,
            results=self.store.results,
            audience=self.audience,
            tracking=self.tracking,
            backend=self.backend,
            settings=self.settings,
            free_bytes=lambda: self.free_bytes,
        )

    async def start(self, document: dict[str, Any], request: RunRequest = EVERYTHING) -> str:
        plan = self.plan(document, request)
        record, _ = await self.runs.start(plan.document, plan, scope=request.scope, force=request.force)
        return record.id

    def plan(self, document: dict[str, Any], request: RunRequest = EVERYTHING) -> Plan:
        """As the API would make it; every step has code that is known, so that it can be reused."""
        plan = compile_plan(parse(document, max_steps=None), self.catalog, MACHINE, request)
        known = tuple(replace(step, code=step.code if step.code != Code() else KNOWN_CODE) for step in plan.steps)
        return replace(plan, steps=known)

    async def until(self, run_id: str, holds: Callable[[RunState], bool], timeout_s: float = PATIENCE_S) -> RunState:
        async with asyncio.timeout(timeout_s):
            while True:
                if holds(state := await self.runs.view(run_id)):
                    return state
                await asyncio.sleep(0.01)

    async def over(self, run_id: str, timeout_s: float = PATIENCE_S) -> RunState:
        return await self.until(run_id, lambda state: state.status.is_terminal, timeout_s)

    async def until_printed(self, run_id: str, step_id: str, text: str, timeout_s: float = PATIENCE_S) -> LogLine:
        async with asyncio.timeout(timeout_s):
            while True:
                for line in self.lines(run_id, step_id):
                    if text in line.text:
                        return line
                assert not (state := await self.runs.view(run_id)).status.is_terminal, state
                await asyncio.sleep(0.02)

    async def run(self, document: dict[str, Any], request: RunRequest = EVERYTHING) -> RunState:
        return await self.over(await self.start(document, request))

    def lines(self, run_id: str, step_id: str) -> list[LogLine]:
        return self.logs.read(run_id, step_id, 1, 1, 0, 100_000)

    def events(self, run_id: str) -> list[Event]:
        return self.audience.published[run_id]


def step_of(state: RunState, step_id: str) -> StepRunView:
    return next(step for step in state.steps if step.id == step_id)


@asynccontextmanager
async def real_engine_room(folder: Path, catalog: Catalog, **settings: Any) -> AsyncIterator[EngineRoom]:
    chosen = settings_for(folder, **settings)
    tracking = TrackingClient(
        tracking_uri=chosen.tracking_uri,
        artifact_root=folder / "artifacts",
        state_dir=folder / "tracking",
        environment=chosen.server_env,
    )
    await tracking.start()
    room = EngineRoom(folder, chosen, catalog, tracking, ColdBackend(chosen.bin_dir))
    await room.runs.open()
    try:
        yield room
    finally:
        await room.runs.shutdown(0.5)
        await tracking.stop()


@asynccontextmanager
async def instant_engine_room(
    folder: Path, catalog: Catalog, act: Callable[[AttemptSpec], Act], **settings: Any
) -> AsyncIterator[EngineRoom]:
    chosen = settings_for(folder, tracking_budget_s=0.3, **settings)
    room = EngineRoom(folder, chosen, catalog, InMemoryTracking(folder / "artifacts"), InstantBackend(act))
    await room.runs.open()
    try:
        yield room
    finally:
        await room.runs.shutdown(0.5)
