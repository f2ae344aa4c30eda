"""The REST API and the pages that describe it, as one app without services and without a door."""

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from octopus import __version__
from octopus.api import docs_pages, problem
from octopus.api.openapi import openapi_of
from octopus.api.routes import (
    artifacts,
    datasets,
    exports,
    health,
    live,
    logs,
    pipelines,
    plans,
    projects,
    results,
    runs,
    schema,
    step_types,
    templates,
)

ROUTERS = (
    health,
    step_types,
    templates,
    schema,
    pipelines,
    plans,
    exports,
    runs,
    live,
    logs,
    artifacts,
    results,
    datasets,
    projects,
)


def bare_app() -> FastAPI:
    """Enough to describe the API; `create_app` makes it work."""
    app = FastAPI(
        title="octopus",
        summary="The MLflow Pipeline Orchestrator",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    api = APIRouter(prefix="/api")
    for module in ROUTERS:
        api.include_router(module.router)
    app.include_router(api)
    app.include_router(docs_pages.router)
    app.openapi = lambda: openapi_of(app)  # type: ignore[method-assign]
    problem.install(app)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
