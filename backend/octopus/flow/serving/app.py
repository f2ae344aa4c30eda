"""flow_app: flows as an ASGI app, behind the same door as the editor."""

import os
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from octopus.api import problem
from octopus.api.app import web_folder
from octopus.api.security.access import Access
from octopus.api.security.body_gate import BodyGate
from octopus.api.security.doorkeeper import Doorkeeper
from octopus.api.security.headers import SecurityHeaders
from octopus.api.security.hosts import doorplate
from octopus.api.security.protection import Protection, declare, open_paths
from octopus.api.security.unexpected import UnexpectedErrors
from octopus.api.web_ui import WebUi
from octopus.bootstrap.access_token import access_token
from octopus.bootstrap.settings import default_data_dir
from octopus.domain.errors import StorageUnavailable
from octopus.flow.components import FlowEditor, NodePalette
from octopus.flow.execution import FlowExecutor
from octopus.flow.serving.hosted import joined
from octopus.flow.serving.routes import router

START_PAGE = "flow.html"
LEAST_TOKEN = 16
"""Characters."""


def flow_app(
    editors: FlowEditor | Sequence[FlowEditor],
    executors: FlowExecutor | Sequence[FlowExecutor],
    *,
    palettes: Iterable[NodePalette] = (),
    title: str | None = None,
    context: Mapping[str, Any] | None = None,
    token: str | None = None,
    host: str = "127.0.0.1",
    port: int = 8000,
    allowed_hosts: Iterable[str] = (),
) -> FastAPI:
    """The app that `serve` serves, for an ASGI server of your own.

    `host`, `port`: where it is going to listen: requests that come another way are refused, unless `allowed_hosts`
    names their host. `app.state.access.new_launch_code()` makes the code of an address that lets one browser in:
    `/?token=<code>`. The other parameters and the errors are those of `serve`.
    """
    app = FastAPI(title="octopus.flow", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.flows = joined(editors, executors, context or {})
    app.state.title = title or next(iter(app.state.flows), "octopus")
    app.state.palettes = tuple(palettes)
    app.state.access = Access(_token(token), port)
    app.include_router(router)
    app.mount("/", declare(WebUi(web_folder(), START_PAGE), Protection.TOKEN))
    app.router.lifespan_context = _ending_runs
    problem.install(app)
    plate = doorplate(host, port, allowed_hosts)
    # The last one added is the first to see a request.
    app.add_middleware(BodyGate)
    app.add_middleware(Doorkeeper, access=app.state.access, plate=plate, open_paths=open_paths(app.routes))
    app.add_middleware(UnexpectedErrors)
    app.add_middleware(SecurityHeaders)
    return app


@asynccontextmanager
async def _ending_runs(app: FastAPI) -> AsyncIterator[None]:
    """A run lives in this process: it ends with the server."""
    try:
        yield
    finally:
        for hosted in app.state.flows.values():
            hosted.stop("the server is stopping")


def _token(given: str | None) -> str:
    token = given or os.environ.get("OCTOPUS_TOKEN") or _kept_token()
    if len(token) < LEAST_TOKEN:
        raise ValueError(f"The access token has {len(token)} characters; it must have {LEAST_TOKEN} or more.")
    return token


def _kept_token() -> str:
    """The same as `octopus serve`'s, so that a browser that was let in stays in when the program starts anew; where
    nothing can be kept, one for this start."""
    folder = Path(os.environ.get("OCTOPUS_DATA_DIR") or default_data_dir()).expanduser()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return access_token(folder)
    except (OSError, StorageUnavailable):
        return secrets.token_urlsafe(32)
