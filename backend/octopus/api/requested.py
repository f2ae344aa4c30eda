"""What a plan or run is asked for: which document, which part of it, with which values."""

import asyncio
from dataclasses import dataclass

from octopus.api.documents import read_document
from octopus.api.run_views import require_run
from octopus.api.schemas import PlanRequest, StartRun
from octopus.bootstrap.container import Container
from octopus.compiler.compile import compile_plan
from octopus.compiler.plan import Plan
from octopus.compiler.request import RunRequest
from octopus.domain.errors import Conflict, InvalidRequest
from octopus.domain.pipeline import PipelineDocument
from octopus.domain.problem import Problem
from octopus.domain.results import pipeline_key
from octopus.domain.run import RunRecord, Scope
from octopus.domain.status import RunStatus


@dataclass(frozen=True, slots=True)
class Requested:
    """`pipeline_id` None: the document is not a saved pipeline's."""

    document: PipelineDocument
    request: RunRequest
    pipeline_id: str | None = None
    pipeline_version: int | None = None
    backend: str | None = None

    @property
    def pipeline_key(self) -> str:
        return pipeline_key(self.pipeline_id, self.document.name)

    async def plan(self, services: Container) -> Plan:
        """With what its steps execute as it is now. Raises PipelineHasProblems."""
        plan = await asyncio.to_thread(compile_plan, self.document, services.catalog, services.machine, self.request)
        return await services.codes.of(plan)


async def requested(services: Container, body: PlanRequest) -> Requested:
    """Raises InvalidRequest, InvalidDocument, NotFound for a pipeline or run that is not there, and Conflict for scope
    `failed` of a run that has not ended or has succeeded."""
    scope = Scope(mode=body.scope.mode, step_id=body.scope.step_id, of_run=body.scope.of_run)
    if scope.mode == "failed" and scope.of_run is not None:
        return await _again(services, body, scope.of_run)
    if (body.pipeline_id is None) == (body.document is None):
        raise InvalidRequest("Send either a pipeline_id or a document, not both and not neither.")
    request = RunRequest(parameters=body.parameters, profile=body.profile, scope=scope, force=body.force)
    backend = body.backend if isinstance(body, StartRun) else None
    if body.pipeline_id is None:
        return Requested(read_document(body.document, services.settings), request, backend=backend)
    record = await services.pipelines.get(body.pipeline_id)
    return Requested(record.document, request, record.id, record.version, backend)


async def resumed(services: Container, run_id: str) -> Requested:
    """What did not succeed in the run, with everything as it was. Raises NotFound, and Conflict if the run has not
    ended or has succeeded."""
    return await _failed_part(services, await require_run(services, run_id), force=False)


async def _again(services: Container, body: PlanRequest, run_id: str) -> Requested:
    record = await require_run(services, run_id)
    asked = {
        "/pipeline_id": body.pipeline_id in (None, record.pipeline_id),
        "/parameters": all(
            name in record.parameters and record.parameters[name] == value for name, value in body.parameters.items()
        ),
        "/profile": body.profile in (None, record.profile),
    }
    for pointer, is_same in asked.items():
        if not is_same:
            raise _refusal(
                pointer, f"{pointer} differs from run {run_id!r}, which scope `failed` goes on with as it was."
            )
    return await _failed_part(services, record, force=body.force)


async def _failed_part(services: Container, record: RunRecord, *, force: bool) -> Requested:
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
    return Requested(record.document, request, record.pipeline_id, record.pipeline_version, record.backend)


def _refusal(pointer: str, message: str) -> InvalidRequest:
    return InvalidRequest(message, problems=[Problem(code=InvalidRequest.code, message=message, pointer=pointer)])
