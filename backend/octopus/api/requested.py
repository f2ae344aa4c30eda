"""What the body of a request asks for -> Requested."""

from octopus.api.documents import read_document
from octopus.api.schemas import PlanRequest, StartRun
from octopus.bootstrap.container import Container
from octopus.compiler.request import RunRequest
from octopus.domain.errors import InvalidRequest
from octopus.domain.pipeline import BackendName
from octopus.domain.problem import Problem
from octopus.domain.run import Scope
from octopus.services.requested import Requested, failed_part
from octopus.services.run_views import require_run


async def requested(services: Container, body: PlanRequest) -> Requested:
    """Raises InvalidRequest, InvalidDocument, NotFound for a pipeline or run that is not there, and Conflict for scope
    `failed` of a run that has not ended or has succeeded."""
    backend = body.backend if isinstance(body, StartRun) else None
    scope = Scope(mode=body.scope.mode, step_id=body.scope.step_id, of_run=body.scope.of_run)
    if scope.mode == "failed" and scope.of_run is not None:
        return await _again(services, body, scope.of_run, backend)
    if (body.pipeline_id is None) == (body.document is None):
        raise InvalidRequest("Send either a pipeline_id or a document, not both and not neither.")
    request = RunRequest(parameters=body.parameters, profile=body.profile, scope=scope, force=body.force)
    if body.pipeline_id is None:
        return Requested(read_document(body.document, services.settings), request, backend=backend)
    record = await services.pipelines.get(body.pipeline_id)
    return Requested(record.document, request, record.id, record.version, backend)


async def _again(services: Container, body: PlanRequest, run_id: str, backend: BackendName | None) -> Requested:
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
    return await failed_part(services, record, force=body.force, backend=backend)


def _refusal(pointer: str, message: str) -> InvalidRequest:
    return InvalidRequest(message, problems=[Problem(code=InvalidRequest.code, message=message, pointer=pointer)])
