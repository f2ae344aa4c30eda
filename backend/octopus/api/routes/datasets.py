"""Uploaded files that the step `ingest` can read."""

from typing import Annotated

from fastapi import APIRouter, File, UploadFile

from octopus.api.parameters import Cursor, Limit, Services, ThingId
from octopus.api.responses import problems
from octopus.api.schemas import DatasetList
from octopus.api.security.protection import token_required
from octopus.features.datasets.dataset import Dataset

router = APIRouter(prefix="/datasets", tags=["datasets"])


@router.get("", responses=problems())
@token_required
async def list_datasets(services: Services, limit: Limit = 50, cursor: Cursor = None) -> DatasetList:
    """Uploaded files, the newest first."""
    page = await services.datasets.list(limit=limit, cursor=cursor)
    return DatasetList.model_validate(page, from_attributes=True)


@router.post("", status_code=201, responses=problems(body=True))
@token_required
async def upload_dataset(services: Services, file: Annotated[UploadFile, File()]) -> Dataset:
    """Upload a file (CSV, Parquet, ...). Its name is only shown, never used as a path."""
    return await services.datasets.add(file.filename or "", file)


@router.delete("/{dataset_id}", status_code=204, responses=problems(404))
@token_required
async def delete_dataset(services: Services, dataset_id: ThingId) -> None:
    """Delete an uploaded file. Runs that have read it keep their results."""
    await services.datasets.delete(dataset_id)
