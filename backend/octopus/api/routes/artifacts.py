"""What a step left behind: its files, and pages of its tables."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import FileResponse

from octopus.api.artifact_files import artifact_response
from octopus.api.downloads import download_response
from octopus.api.parameters import Attempt, Iteration, PortPath, Services, StepIdPath, ThingId
from octopus.api.responses import problems
from octopus.api.schemas import ArtifactList, PortPreview, Responses
from octopus.api.security.protection import token_required
from octopus.services.port_files import port_file
from octopus.services.run_views import find_step_run

router = APIRouter(prefix="/runs/{run_id}/steps/{step_id}", tags=["artifacts"])

ArtifactPath = Annotated[str, Path(min_length=1, max_length=1000, description="Relative to the artifacts' root.")]
Offset = Annotated[int, Query(ge=0, le=2**53 - 1, description="First row.")]
Rows = Annotated[int, Query(ge=1, le=1000, description="Rows, at most.")]

_FILE: Responses = {
    200: {
        "description": "The file, as an attachment unless its type is harmless to show",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}

_WHOLE: Responses = {
    200: {
        "description": "The file, or a zip archive of the folder",
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in ("application/octet-stream", "application/zip")
        },
    }
}


@router.get("/artifacts", responses=problems(404))
@token_required
async def list_artifacts(
    services: Services, run_id: ThingId, step_id: StepIdPath, iteration: Iteration = None, attempt: Attempt = None
) -> ArtifactList:
    """Everything a step run left behind."""
    step_run = await find_step_run(services, run_id, step_id, iteration, attempt)
    return ArtifactList(items=step_run.artifacts)


@router.get("/artifacts/{path:path}", response_class=FileResponse, responses={**_FILE, **problems(404, 416)})
@token_required
async def get_artifact(
    services: Services,
    run_id: ThingId,
    step_id: StepIdPath,
    path: ArtifactPath,
    iteration: Iteration = None,
    attempt: Attempt = None,
) -> FileResponse:
    """One file of a step run."""
    step_run = await find_step_run(services, run_id, step_id, iteration, attempt)
    return await artifact_response(services, step_run, path)


@router.get("/ports/{port}/preview", responses=problems(404))
@token_required
async def preview_port(
    services: Services,
    run_id: ThingId,
    step_id: StepIdPath,
    port: PortPath,
    iteration: Iteration = None,
    attempt: Attempt = None,
    offset: Offset = 0,
    limit: Rows = 100,
    profile: bool = True,
) -> PortPreview:
    """A page of the table at an output port, with a summary of every column."""
    step_run = await find_step_run(services, run_id, step_id, iteration, attempt)
    file = await port_file(services, step_run, port)
    page = await services.tracking.preview(file, offset, limit, profile)
    return PortPreview.model_validate(page.model_dump())


@router.get("/ports/{port}/download", response_class=FileResponse, responses={**_WHOLE, **problems(404, 416)})
@token_required
async def download_port(
    services: Services,
    run_id: ThingId,
    step_id: StepIdPath,
    port: PortPath,
    iteration: Iteration = None,
    attempt: Attempt = None,
) -> FileResponse:
    """What a step emitted at a port: its file, or its folder (a model) as a zip archive (`application/zip`). The header
    `X-Octopus-Name` has its name, percent-encoded."""
    step_run = await find_step_run(services, run_id, step_id, iteration, attempt)
    return await download_response(await port_file(services, step_run, port))
