"""Ready pipelines to start from."""

from fastapi import APIRouter

from octopus.api.responses import problems
from octopus.api.schemas import TemplateList
from octopus.api.security.protection import token_required
from octopus.services.templates import all_templates

router = APIRouter(prefix="/templates", tags=["templates"])


@router.get("", responses=problems())
@token_required
def list_templates() -> TemplateList:
    """Every template, the simplest first; `POST /api/pipelines {"template": id}` makes a pipeline of one."""
    return TemplateList(items=all_templates())
