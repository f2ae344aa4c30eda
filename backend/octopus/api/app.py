"""create_app: the whole application behind its door, from a container."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.types import Lifespan

import octopus
from octopus.api.routing import bare_app
from octopus.api.security.access import Access
from octopus.api.security.body_gate import MULTIPART, BodyGate, StreamedRoute
from octopus.api.security.doorkeeper import Doorkeeper
from octopus.api.security.headers import SecurityHeaders
from octopus.api.security.hosts import doorplate
from octopus.api.security.protection import Protection, declare, open_paths
from octopus.api.security.unexpected import UnexpectedErrors
from octopus.api.web_ui import WebUi
from octopus.bootstrap.container import Container
from octopus.features.datasets.datasets import FILE_LIMIT_BYTES

MULTIPART_OVERHEAD_BYTES = 64 * 1024
MLFLOW_BODY_BYTES = 64 * 1024 * 1024
STREAMED = (
    StreamedRoute("/api/datasets", MULTIPART, FILE_LIMIT_BYTES + MULTIPART_OVERHEAD_BYTES),
    StreamedRoute("/mlflow/", None, MLFLOW_BODY_BYTES),
)


def web_folder() -> Path:
    """Where the built editor lies in the package."""
    return Path(octopus.__file__).parent / "web"


def create_app(container: Container) -> FastAPI:
    """The app; the container's services start and stop with it. `app.state.access` makes launch codes."""
    app = bare_app()
    app.mount("/mlflow", declare(container.mlflow_ui, Protection.TOKEN))
    app.mount("/", declare(WebUi(web_folder()), Protection.TOKEN))
    app.router.lifespan_context = _lifespan(container)
    settings = container.settings
    app.state.container = container
    app.state.access = Access(container.token, settings.port)
    plate = doorplate(settings.host, settings.port, settings.allowed_hosts)
    # The last one added is the first to see a request.
    app.add_middleware(BodyGate, streamed=STREAMED)
    app.add_middleware(Doorkeeper, access=app.state.access, plate=plate, open_paths=open_paths(app.routes))
    app.add_middleware(UnexpectedErrors)
    app.add_middleware(SecurityHeaders)
    return app


def _lifespan(container: Container) -> Lifespan[FastAPI]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await container.start()
        try:
            yield
        finally:
            await container.stop()

    return lifespan
