"""What a plan or run is asked for: which document, which part of it, with which values."""

import asyncio
from dataclasses import dataclass

from octopus.bootstrap.container import Container
from octopus.compiler.compile import compile_plan
from octopus.compiler.plan import Plan
from octopus.compiler.request import RunRequest
from octopus.domain.errors import Conflict
from octopus.domain.pipeline import BackendName, PipelineDocument
from octopus.domain.results import pipeline_key
from octopus.domain.run import RunRecord, Scope
from octopus.domain.status import RunStatus
from octopus.services.run_views import require_run


@dataclass(frozen=True, slots=True)
class Requested:
    """`pipeline_id` None: the document is not a saved pipeline's."""

    document: PipelineDocument
    request: RunRequest
    pipeline_id: str | None = None
    pipeline_version: int | None = None
    backend: BackendName | None = None

    @property
    def pipeline_key(self) -> str:
        return pipeline_key(self.pipeline_id, self.document.name)

    async def plan(self, services: Container) -> Plan:
        """With what its steps execute as it is now. Raises PipelineHasProblems."""
        plan = await asyncio.to_thread(compile_plan, self.document, services.catalog, services.machine, self.request)
        return await services.codes.of(plan)


async def resumed(services: Container, run_id: str) -> Requested:
    """What did not succeed in the run, with everything as it was. Raises NotFound, and Conflict if the run has not
    ended or has succeeded."""
    return await failed_part(services, await require_run(services, run_id), force=False)


async def failed_part(
    services: Container, record: RunRecord, *, force: bool, backend: BackendName | None = None
) -> Requested:
    """As `resumed`, of a run that was found already. `backend` None: that of the run."""
    succeeded = await services.runs.adoptable(record.id)
    if (await services.runs.view(record.id)).status is RunStatus.SUCCEEDED:
        raise Conflict("The run has succeeded: there is nothing to resume.", code="run_has_not_failed")
    request = RunRequest(
        parameters=record.parameters,
        profile=record.profile,
        scope=Scope(mode="failed", of_run=record.id),
        force=force,
        succeeded=succeeded,
    )
    backend = backend or record.backend
    return Requested(record.document, request, record.pipeline_id, record.pipeline_version, backend)
