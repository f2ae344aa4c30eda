"""Small MLflow Projects made in a temporary folder, as catalog entries: for runs with real `mlflow run` processes."""

import json
from pathlib import Path
from typing import Any

from octopus.catalog.step_type import CatalogEntry, EntryPoint, StepType

Json = dict[str, Any]


def make_project(
    folder: Path, commands: dict[str, str], parameters: dict[str, list[str]] | None = None, **files: str
) -> Path:
    """`commands`: per entry point; `parameters`: names of its parameters, all of type string. `files`: `__` stands for
    a dot."""
    folder.mkdir(parents=True, exist_ok=True)
    entry_points = {
        name: {
            "parameters": {parameter: {"type": "string"} for parameter in (parameters or {}).get(name, [])},
            "command": command,
        }
        for name, command in commands.items()
    }
    (folder / "MLproject").write_text(json.dumps({"name": folder.name, "entry_points": entry_points}))
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def project_entry(
    project: Path,
    name: str,
    *,
    inputs: list[Json] | None = None,
    outputs: list[Json] | None = None,
    params: tuple[str, ...] = (),
) -> CatalogEntry:
    """The step type of an entry point; every parameter takes any JSON value."""
    step_type = StepType.model_validate(
        {
            "id": name,
            "title": name.title(),
            "category": "Test",
            "colour": "generic",
            "icon": "box",
            "doc": "",
            "inputs": inputs or [],
            "outputs": outputs or [],
            "params_schema": {
                "type": "object",
                "properties": {param: {"default": None} for param in params},
                "additionalProperties": False,
            },
        }
    )
    return CatalogEntry(step_type=step_type, entry_point=EntryPoint(project_dir=str(project), name=name))
