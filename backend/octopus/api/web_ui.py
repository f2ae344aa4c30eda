"""The editor: built files from the package's folder `web`, and its start page for every address the client knows."""

import re
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from octopus.api.allowed_methods import allowed_methods

START_PAGE = "index.html"
SAFE_METHODS = frozenset({"GET", "HEAD"})
_RESERVED = re.compile(r"^/(api|mlflow|docs|openapi\.json)(/|$)")
_CLIENT_ADDRESS = re.compile(r"^(/[A-Za-z0-9_-]{1,100}){0,6}/?$")
_HASHED_FOLDER = "/assets/"
_FOR_EVER = "public, max-age=31536000, immutable"

_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>octopus</title>
<p>The editor is not built yet. Run <code>make build</code> in the checkout and reload this page;
the REST API is there already: <a href="/docs">/docs</a>.</p></html>
"""


class WebUi(StaticFiles):
    """`folder`: where the built editor lies; it may come later. `start_page`: the file there that every address of the
    client shows."""

    def __init__(self, folder: Path, start_page: str = START_PAGE) -> None:
        super().__init__(directory=folder, check_dir=False)
        self._folder = folder
        self._start_page = start_page

    async def check_config(self) -> None:
        """A missing folder is no mistake: the page says what to do."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        address = scope["path"]
        _refuse_what_is_no_page(Request(scope))
        if "\0" in address:
            raise HTTPException(404)
        if not _CLIENT_ADDRESS.match(address):
            response = await super().get_response(path, scope)
            response.headers["Cache-Control"] = _FOR_EVER if address.startswith(_HASHED_FOLDER) else "no-cache"
            return response
        if not (self._folder / self._start_page).is_file():
            return HTMLResponse(_NOT_BUILT, 503)
        response = await super().get_response(self._start_page, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response


def _refuse_what_is_no_page(request: Request) -> None:
    """Addresses of the API have no page, and a page is only read."""
    reserved = _RESERVED.match(request.url.path) is not None
    if reserved:
        raise HTTPException(405 if allowed_methods(request) else 404)
    if request.method not in SAFE_METHODS:
        raise HTTPException(405)
