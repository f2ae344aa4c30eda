"""Inside: the venue that is a container in this process. To be used on the container's own event loop."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

from octopus.bootstrap.container import Container
from octopus.compiler.check import check
from octopus.compiler.describe import PlanView
from octopus.compiler.request import RunRequest
from octopus.domain.errors import InvalidRequest
from octopus.domain.event import Event, LogBatch
from octopus.domain.pipeline import BackendName, PipelineDocument
from octopus.domain.problem import Problem
from octopus.domain.run import RunView, StepRunView
from octopus.domain.step_runs import step_runs
from octopus.sdk.venue import Asked, AskedRun, Attempt
from octopus.services.planned import plan_view
from octopus.services.port_files import port_file
from octopus.services.requested import Requested, resumed
from octopus.services.run_starts import once_only, start
from octopus.services.run_views import find_step_run, require_run, run_view
from octopus.services.step_logs import StepLog, read_log


class Inside:
    """`container`: started."""

    def __init__(self, container: Container) -> None:
        self._services = container

    async def validate(self, document: PipelineDocument) -> tuple[Problem, ...]:
        return await asyncio.to_thread(check, document, self._services.catalog, self._services.machine)

    async def plan(self, asked: Asked) -> PlanView:
        return await plan_view(self._services, await self._requested(asked))

    async def start(self, asked: AskedRun, key: str | None) -> RunView:
        once = once_only(key, asked.model_dump_json().encode())
        return await start(self._services, once, lambda: self._requested(asked, asked.backend))

    async def resume(self, run_id: str) -> RunView:
        return await start(self._services, None, lambda: resumed(self._services, run_id))

    async def cancel(self, run_id: str) -> RunView:
        await self._services.runs.cancel(run_id)
        return await run_view(self._services, run_id)

    async def view(self, run_id: str) -> RunView:
        return await run_view(self._services, run_id)

    async def step_runs(self, run_id: str) -> tuple[StepRunView, ...]:
        await require_run(self._services, run_id)
        return step_runs(run_id, await self._services.run_store.events(run_id))

    async def follow(self, run_id: str, after: int) -> AsyncGenerator[Event | LogBatch, None]:
        await require_run(self._services, run_id)
        async with aclosing(self._services.hub.subscribe(run_id, after=after)) as batches:
            async for batch in batches:
                for item in batch:
                    yield item

    async def log(
        self, run_id: str, step_id: str, which: Attempt, *, after_line: int, limit: int, query: str
    ) -> StepLog:
        step_run = await self._step_run(run_id, step_id, which)
        return await read_log(self._services, run_id, step_run, after_line=after_line, limit=limit, query=query)

    async def port_file(self, run_id: str, step_id: str, port: str, which: Attempt) -> Path:
        return Path(await port_file(self._services, await self._step_run(run_id, step_id, which), port))

    async def _step_run(self, run_id: str, step_id: str, which: Attempt) -> StepRunView:
        return await find_step_run(self._services, run_id, step_id, which.iteration, which.attempt)

    async def _requested(self, asked: Asked, backend: BackendName | None = None) -> Requested:
        request = RunRequest(parameters=asked.parameters, profile=asked.profile, scope=asked.scope, force=asked.force)
        if asked.document is not None:
            return Requested(asked.document, request, backend=backend)
        if asked.pipeline_id is None:
            raise InvalidRequest("Name a saved pipeline, or give a document.")
        record = await self._services.pipelines.get(asked.pipeline_id)
        return Requested(record.document, request, record.id, record.version, backend)
