"""The JSON Schema of the pipeline document."""

from typing import Any

from fastapi import APIRouter

from octopus.api.document_schema import document_schema
from octopus.api.responses import problems
from octopus.api.security.protection import token_required

router = APIRouter(prefix="/schema", tags=["schema"])


@router.get("/pipeline", responses=problems())
@token_required
async def get_pipeline_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a pipeline document as it may be sent."""
    return document_schema()
