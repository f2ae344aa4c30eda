"""GET /api/health: whether the server and what it stands on are well. The one call that needs no token."""

from fastapi import APIRouter, Response

from octopus.api.parameters import Services
from octopus.api.responses import open_problems
from octopus.api.schemas import Responses
from octopus.api.security.protection import open_to_all
from octopus.bootstrap.health import Health

router = APIRouter(tags=["health"])

_UNWELL: Responses = {503: {"description": "The database is away or a background loop stands still", "model": Health}}


@router.get("/health", responses={**open_problems(), **_UNWELL})
@open_to_all
async def get_health(services: Services, response: Response) -> Health:
    """How the server is: `degraded` says in its parts what is not well."""
    health = await services.health.look()
    if not (health.database.ok and all(loop.ok for loop in health.loops)):
        response.status_code = 503
    return health
