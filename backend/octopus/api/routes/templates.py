"""Ready pipelines to start from."""

from fastapi import APIRouter

from octopus.api.parameters import Services
from octopus.api.responses import problems
from octopus.api.schemas import Template, TemplateList
from octopus.api.security.protection import token_required

router = APIRouter(prefix="/templates", tags=["templates"])


@router.get("", responses=problems())
@token_required
async def list_templates(services: Services) -> TemplateList:
    """Every template, the simplest first; `POST /api/pipelines {"template": id}` makes a pipeline of one."""
    return TemplateList(items=tuple(Template(**dict(template)) for template in services.templates))
