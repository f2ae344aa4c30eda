"""OpenAPI of the whole API. `python -m octopus.api.openapi` prints it; no server and no database needed."""

import json
import sys
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from octopus import __version__
from octopus.api.document_schema import document_schema
from octopus.api.schemas import DOCUMENT_SCHEMA, CancelMessage, ProblemDetails
from octopus.domain.event import LogBatch

REF = "#/components/schemas/{model}"


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The description of `app`, made once."""
    if app.openapi_schema is None:
        schema = get_openapi(title="octopus", version=__version__, summary=app.summary, routes=app.routes)
        schemas = schema["components"]["schemas"]
        schemas.update(_models_beside_the_calls())
        schemas.update(_document_models())
        schema["components"]["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer", "description": "The access token."}
        }
        schema["security"] = [{"token": []}]
        schema["paths"]["/api/health"]["get"]["security"] = []
        app.openapi_schema = _with_references(schema)
    return app.openapi_schema


def _models_beside_the_calls() -> dict[str, Any]:
    """Problems, and what travels over the WebSocket."""
    models = [(model, "serialization") for model in (ProblemDetails, LogBatch, CancelMessage)]
    _, definitions = models_json_schema(models, ref_template=REF)  # type: ignore[arg-type]
    found: dict[str, Any] = definitions["$defs"]
    return found


def _document_models() -> dict[str, Any]:
    """A document as it may be sent; its parts get the same ending so that they differ from those that are answered."""
    schema = document_schema(ref_template=REF.replace("{model}", "{model}Input"))
    schema.pop("$schema")
    parts = {f"{name}Input": part for name, part in schema.pop("$defs").items()}
    return {**parts, DOCUMENT_SCHEMA: schema}


def _with_references(value: Any) -> Any:
    """`value` with every `x-octopus-ref` turned into the reference it stands for."""
    if isinstance(value, dict):
        name = value.get("x-octopus-ref")
        if name is not None:
            return {"$ref": REF.replace("{model}", name)}
        return {key: _with_references(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_with_references(part) for part in value]
    return value


def main() -> None:
    from octopus.api.routing import bare_app  # the routes describe themselves with this module

    text = json.dumps(bare_app().openapi(), indent=2, sort_keys=True, ensure_ascii=False)
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
