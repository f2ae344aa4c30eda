"""The palette: which step types there are."""

from typing import Annotated

from fastapi import APIRouter, Path

from octopus.api.parameters import Services
from octopus.api.responses import problems
from octopus.api.schemas import StepTypeList
from octopus.api.security.protection import token_required
from octopus.catalog.step_type import StepType
from octopus.domain.errors import NotFound

router = APIRouter(prefix="/step-types", tags=["step types"])


@router.get("", responses=problems())
@token_required
async def list_step_types(services: Services) -> StepTypeList:
    """Every step type with its ports and the JSON Schema of its parameters."""
    return StepTypeList(items=tuple(entry.step_type for entry in services.catalog.all()))


@router.get("/{step_type_id:path}", responses=problems(404))
@token_required
async def get_step_type(
    services: Services, step_type_id: Annotated[str, Path(min_length=1, max_length=129)]
) -> StepType:
    """One step type. Its id may contain a slash."""
    entry = services.catalog.get(step_type_id)
    if entry is None:
        raise NotFound(f"There is no step type {step_type_id!r}; GET /api/step-types lists those there are.")
    return entry.step_type
