"""What a plan or run is asked for: which document, and that nothing is asked for which this version cannot do."""

from dataclasses import dataclass

from octopus.api.documents import read_document
from octopus.api.schemas import PlanRequest, StartRun
from octopus.bootstrap.container import Container
from octopus.domain.errors import InvalidRequest
from octopus.domain.pipeline import PipelineDocument
from octopus.domain.problem import Problem, ProblemCode


@dataclass(frozen=True, slots=True)
class Requested:
    """`pipeline_id` None: the document is not a saved pipeline's."""

    document: PipelineDocument
    pipeline_id: str | None = None
    pipeline_version: int | None = None


async def requested_document(services: Container, body: PlanRequest) -> Requested:
    """The document to plan or run; InvalidRequest, InvalidDocument or NotFound if there is none."""
    _refuse_what_is_not_there_yet(body)
    if (body.pipeline_id is None) == (body.document is None):
        raise InvalidRequest("Send either a pipeline_id or a document, not both and not neither.")
    if body.pipeline_id is None:
        return Requested(read_document(body.document, services.settings))
    record = await services.pipelines.get(body.pipeline_id)
    return Requested(record.document, record.id, record.version)


def _refuse_what_is_not_there_yet(body: PlanRequest) -> None:
    asked = {
        "/scope/mode": body.scope.mode != "all",
        "/scope/step_id": body.scope.step_id is not None,
        "/scope/of_run": body.scope.of_run is not None,
        "/parameters": bool(body.parameters),
        "/profile": body.profile is not None,
        "/force": isinstance(body, StartRun) and body.force,
    }
    problems = [_not_yet(pointer) for pointer, is_asked in asked.items() if is_asked]
    if problems:
        fields = ", ".join(problem.pointer for problem in problems)
        raise InvalidRequest(
            f"This version of octopus cannot do what {fields} asks for.",
            problems=problems,
            code=ProblemCode.NOT_SUPPORTED_YET,
        )


def _not_yet(pointer: str) -> Problem:
    message = f"{pointer} is not supported by this version of octopus; leave it out."
    return Problem(code=ProblemCode.NOT_SUPPORTED_YET, message=message, pointer=pointer)
