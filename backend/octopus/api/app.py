"""create_app: the one FastAPI application, from a container."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from octopus import __version__
from octopus.api.openapi import openapi_of
from octopus.api.routes import (
    artifacts,
    datasets,
    health,
    live,
    logs,
    pipelines,
    plans,
    runs,
    schema,
    step_types,
    templates,
)
from octopus.bootstrap.container import Container

ROUTERS = (health, step_types, templates, schema, pipelines, plans, runs, live, logs, artifacts, datasets)


def create_app(container: Container) -> FastAPI:
    """The app; the container starts and stops with it."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await container.start()
        try:
            yield
        finally:
            await container.stop()

    app = FastAPI(
        title="octopus",
        summary="The MLflow Pipeline Orchestrator",
        version=__version__,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    app.state.container = container
    api = APIRouter(prefix="/api")
    for module in ROUTERS:
        api.include_router(module.router)
    app.include_router(api)
    app.openapi = lambda: openapi_of(app)  # type: ignore[method-assign]
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
