"""Catalog and OpenAPI -> the reference pages of docs/, as Markdown. Never writes; invents nothing."""

import json
from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")


def steps_page(catalog: list[Json]) -> str:
    """One section per step type: what it does, its ports, its parameters."""
    parts = [
        "# The built-in steps\n",
        "<!-- Written by `make generate` from the functions in backend/octopus/steps/library; do not edit. -->\n",
        *(part for step in catalog for part in _step(step)),
    ]
    return "\n".join(parts)


def api_page(openapi: Json) -> str:
    """One row per call of the REST API."""
    rows = [
        (f"`{method.upper()} {path}`", cell(_first_sentence(call)), ", ".join(sorted(call["responses"])))
        for path, calls in openapi["paths"].items()
        for method, call in calls.items()
        if method in METHODS
    ]
    parts = [
        "# The REST API\n",
        "<!-- Written by `make generate` from the routes in backend/octopus/api; do not edit. -->\n",
        "Every call with its schemas: `/docs` and `/openapi.json` of a running server.\n",
        table(("call", "does", "answers"), rows),
    ]
    return "\n".join(parts)


def _first_sentence(call: Json) -> str:
    text = call.get("description") or call.get("summary", "")
    return str(text.split("\n\n")[0])


def _step(step: Json) -> Iterable[str]:
    yield f"## {step['title']} (`{step['id']}`)\n"
    yield f"{step['doc'].strip()}\n"
    ports = [_port("in", port) for port in step["inputs"]] + [_port("out", port) for port in step["outputs"]]
    if ports:
        yield table(("port", "", "type", "what it carries"), ports)
    schema = step["params_schema"]
    required = schema.get("required", [])
    rows = [_parameter(name, field, name in required) for name, field in schema.get("properties", {}).items()]
    if rows:
        yield table(("parameter", "type", "default", "meaning"), rows)


def _port(way: str, port: Json) -> tuple[str, str, str, str]:
    marks = [way, *(mark for mark in ("required", "many", "branch") if port.get(mark))]
    return f"`{port['name']}`", ", ".join(marks), port["type"], cell(port.get("doc", ""))


def _parameter(name: str, field: Json, required: bool) -> tuple[str, str, str, str]:
    default = "required" if required else f"`{json.dumps(field.get('default'), ensure_ascii=False)}`"
    meaning = ". ".join(
        text.strip().rstrip(".") for text in (field.get("title", ""), field.get("description", "")) if text
    )
    return f"`{name}`", _type(field), default, cell(meaning)


def _type(field: Json) -> str:
    if "enum" in field:
        return "one of " + ", ".join(f"`{json.dumps(choice, ensure_ascii=False)}`" for choice in field["enum"])
    for several in ("anyOf", "oneOf"):
        if several in field:
            return " or ".join(_type(option) for option in field[several])
    if "const" in field:
        return f"`{json.dumps(field['const'], ensure_ascii=False)}`"
    kind = field.get("type", "any")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table in Markdown; `rows`: of cells."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def cell(text: str) -> str:
    """`text` on one line, for a row of a table."""
    return " ".join(text.replace("|", "\\|").split())
