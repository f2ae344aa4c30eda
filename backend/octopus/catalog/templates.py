"""Templates: ready pipelines to begin with, read from the JSON files beside this module."""

import json
from dataclasses import dataclass
from importlib.resources import files

from pydantic import JsonValue

ORDER = ("iris_hello", "quality_gate", "training_pipeline")
"""Ids in the order of the gallery; the first one is what a newcomer sees."""


@dataclass(frozen=True, slots=True)
class Template:
    """`document`: a pipeline document as `compiler.parse` takes it."""

    id: str
    title: str
    description: str
    document: dict[str, JsonValue]


def templates() -> tuple[Template, ...]:
    return tuple(_read(template_id) for template_id in ORDER)


def template(template_id: str) -> Template | None:
    return _read(template_id) if template_id in ORDER else None


def _read(template_id: str) -> Template:
    resource = files("octopus.catalog").joinpath(f"templates/{template_id}.json")
    document = json.loads(resource.read_text(encoding="utf-8"))
    return Template(template_id, document["name"], document["description"], document)
