"""Venue: where a pipeline is planned and run: in this process, or at a server. Both answer the same."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from octopus.compiler.describe import PlanView
from octopus.domain.base import Value
from octopus.domain.event import Event, LogBatch
from octopus.domain.pipeline import BackendName, PipelineDocument
from octopus.domain.problem import Problem
from octopus.domain.run import RunView, Scope, StepRunView
from octopus.services.step_logs import StepLog


class Asked(Value):
    """What is to be planned or run: a saved pipeline or a document. `parameters`: over the values of `profile`, over
    the defaults. `force`: nothing is reused."""

    pipeline_id: str | None = None
    document: PipelineDocument | None = None
    parameters: dict[str, JsonValue] = {}
    profile: str | None = None
    scope: Scope = Scope()
    force: bool = False


class AskedRun(Asked):
    """`backend`: of the steps whose policy names none; None: the server's choice."""

    backend: BackendName | None = None


class Attempt(Value):
    """Which execution of a step is meant. None: the latest."""

    iteration: int | None = None
    attempt: int | None = None


class Venue(Protocol):
    """Every method raises OctopusError: InvalidDocument, PipelineHasProblems, InvalidRequest, NotFound, ..."""

    async def validate(self, document: PipelineDocument) -> tuple[Problem, ...]: ...

    async def plan(self, asked: Asked) -> PlanView: ...

    async def start(self, asked: AskedRun, key: str | None) -> RunView:
        """`key`: the same key with the same question starts nothing twice."""
        ...

    async def resume(self, run_id: str) -> RunView: ...

    async def cancel(self, run_id: str) -> RunView: ...

    async def view(self, run_id: str) -> RunView: ...

    async def step_runs(self, run_id: str) -> tuple[StepRunView, ...]: ...

    def follow(self, run_id: str, after: int) -> AsyncGenerator[Event | LogBatch, None]:
        """Events with seq > `after`, and log lines, until the run's last event."""
        ...

    async def log(
        self, run_id: str, step_id: str, which: Attempt, *, after_line: int, limit: int, query: str
    ) -> StepLog: ...

    async def port_file(self, run_id: str, step_id: str, port: str, which: Attempt) -> Path:
        """A file or folder on this machine with what the step emitted at the port."""
        ...
