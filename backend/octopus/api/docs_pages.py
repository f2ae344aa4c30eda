"""Pages beside the editor: /docs and /openapi.json describe the API without any file from another server."""

from importlib.resources import files

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from octopus.api.security.protection import token_required

router = APIRouter(include_in_schema=False)

ASSETS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
ASSETS_PACKAGE = "fastapi_offline"

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>octopus: REST API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""

_START = """SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
});
"""


@router.get("/openapi.json")
@token_required
async def get_openapi_json(request: Request) -> JSONResponse:
    return JSONResponse(request.app.openapi())


@router.get("/docs")
@token_required
async def get_docs() -> HTMLResponse:
    return HTMLResponse(_PAGE)


@router.get("/docs/start.js")
@token_required
async def get_docs_start() -> Response:
    return Response(_START, media_type="text/javascript")


@router.get("/docs/{asset}")
@token_required
def get_docs_asset(asset: str) -> Response:
    if asset not in ASSETS:
        raise HTTPException(404)
    content = files(ASSETS_PACKAGE).joinpath("static", asset).read_bytes()
    return Response(content, media_type=ASSETS[asset], headers={"Cache-Control": "max-age=86400"})


@router.get("/mlflow")
@token_required
async def get_mlflow() -> RedirectResponse:
    return RedirectResponse("/mlflow/", 307)
