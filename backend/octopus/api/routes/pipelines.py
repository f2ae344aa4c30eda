"""Saved pipelines and their history. Every save is a version; nobody's save is lost (If-Match)."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from octopus.api.documents import read_document
from octopus.api.etags import expected_version, with_etag
from octopus.api.parameters import Cursor, IfMatch, Limit, Services, StepIdPath, ThingId, VersionNumber
from octopus.api.responses import problems
from octopus.api.schemas import CreatePipeline, ForgottenResults, PipelineList, PipelineVersionList, SavePipeline
from octopus.api.security.protection import token_required
from octopus.domain.errors import InvalidRequest
from octopus.domain.pipeline import PipelineRecord
from octopus.domain.results import pipeline_key
from octopus.services.templates import find_template

router = APIRouter(prefix="/pipelines", tags=["pipelines"])

Search = Annotated[str, Query(max_length=200, description="Part of the name.")]


@router.get("", responses=problems())
@token_required
async def list_pipelines(
    services: Services, query: Search = "", limit: Limit = 50, cursor: Cursor = None
) -> PipelineList:
    """Saved pipelines, the last saved first."""
    page = await services.pipelines.list_pipelines(query=query, limit=limit, cursor=cursor)
    return PipelineList.model_validate(page, from_attributes=True)


@router.post("", status_code=201, responses=problems(404, 409, body=True))
@token_required
async def create_pipeline(services: Services, body: CreatePipeline, response: Response) -> PipelineRecord:
    """Save a document as a new pipeline, or make one of a template."""
    if (body.document is None) == (body.template is None):
        raise InvalidRequest("Send either a document or a template, not both and not neither.")
    if body.template is not None:
        document = find_template(body.template).document
    else:
        document = read_document(body.document, services.settings)
    if body.name is not None:
        document = document.model_copy(update={"name": body.name})
    return with_etag(response, await services.pipelines.create(document))


@router.get("/{pipeline_id}", responses=problems(404))
@token_required
async def get_pipeline(services: Services, pipeline_id: ThingId, response: Response) -> PipelineRecord:
    """A saved pipeline as it is now."""
    return with_etag(response, await services.pipelines.get(pipeline_id))


@router.put("/{pipeline_id}", responses=problems(404, 409, 412, 428, body=True))
@token_required
async def save_pipeline(
    services: Services, pipeline_id: ThingId, body: SavePipeline, response: Response, if_match: IfMatch = None
) -> PipelineRecord:
    """Save a new version. 412 with nothing changed if somebody saved in between."""
    version = expected_version(if_match)
    document = read_document(body.document, services.settings)
    return with_etag(response, await services.pipelines.save(pipeline_id, document, version, body.message))


@router.delete("/{pipeline_id}", status_code=204, responses=problems(404, 409, 412, 428))
@token_required
async def delete_pipeline(services: Services, pipeline_id: ThingId, if_match: IfMatch = None) -> None:
    """Delete a pipeline with its history. Its runs stay."""
    await services.pipelines.delete(pipeline_id, expected_version(if_match))


@router.get("/{pipeline_id}/versions", responses=problems(404))
@token_required
async def list_pipeline_versions(
    services: Services, pipeline_id: ThingId, limit: Limit = 50, cursor: Cursor = None
) -> PipelineVersionList:
    """The history of a pipeline, newest first."""
    page = await services.pipelines.versions(pipeline_id, limit=limit, cursor=cursor)
    return PipelineVersionList.model_validate(page, from_attributes=True)


@router.get("/{pipeline_id}/versions/{version}", responses=problems(404))
@token_required
async def get_pipeline_version(services: Services, pipeline_id: ThingId, version: VersionNumber) -> PipelineRecord:
    """One version as it was saved."""
    return await services.pipelines.version(pipeline_id, version)


@router.post("/{pipeline_id}/versions/{version}/restore", responses=problems(404))
@token_required
async def restore_pipeline_version(
    services: Services, pipeline_id: ThingId, version: VersionNumber, response: Response
) -> PipelineRecord:
    """Save an old version again, as the newest one; nothing in between is lost."""
    return with_etag(response, await services.pipelines.restore(pipeline_id, version))


@router.post("/{pipeline_id}/duplicate", status_code=201, responses=problems(404))
@token_required
async def duplicate_pipeline(services: Services, pipeline_id: ThingId, response: Response) -> PipelineRecord:
    """A copy with an id and a history of its own."""
    return with_etag(response, await services.pipelines.duplicate(pipeline_id))


@router.delete("/{pipeline_id}/steps/{step_id}/results", responses=problems(404))
@token_required
async def forget_results(services: Services, pipeline_id: ThingId, step_id: StepIdPath) -> ForgottenResults:
    """Reuse no earlier result of a step any more: its next run executes it. Equal results that another pipeline's steps
    left are not reused either; artifacts and MLflow runs stay."""
    pipeline = await services.pipelines.get(pipeline_id)
    key = pipeline_key(pipeline.id, pipeline.name)
    return ForgottenResults(forgotten=await services.results.forget(key, step_id))
