"""GET /api/health: whether the server and what it stands on are well. The one call that needs no token."""

from fastapi import APIRouter

from octopus.api.parameters import Services
from octopus.api.responses import problems
from octopus.api.schemas import Health
from octopus.api.security.protection import open_to_all

router = APIRouter(tags=["health"])


@router.get("/health", responses=problems())
@open_to_all
async def get_health(services: Services) -> Health:
    """How the server is: `degraded` names in its parts what is not well."""
    return Health.model_validate(await services.health.look())
