"""Catalog: which step types exist, each with the code behind it.

The built-in ones are read from the file that the step library generates; the library itself is never imported.
"""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from octopus.catalog.step_type import CatalogEntry, EntryPoint, StepType

NEAREST_LIMIT = 3
"""Suggestions for a mistyped id: more than three help nobody."""


class Catalog:
    """Step types by id, in the order of the palette."""

    def __init__(self, entries: Iterable[CatalogEntry]) -> None:
        self._entries = {entry.step_type.id: entry for entry in entries}

    def get(self, step_type_id: str) -> CatalogEntry | None:
        return self._entries.get(step_type_id)

    def all(self) -> tuple[CatalogEntry, ...]:
        return tuple(self._entries.values())

    def nearest(self, step_type_id: str) -> tuple[str, ...]:
        """Ids that look like `step_type_id`, the nearest first; empty if none does."""
        lowered = {known.lower(): known for known in self._entries}
        found = get_close_matches(step_type_id.lower(), lowered, n=NEAREST_LIMIT)
        return tuple(lowered[name] for name in found)


def built_in_catalog() -> Catalog:
    """The catalog of the step library that comes with octopus."""
    text = files("octopus").joinpath("steps/catalog.json").read_text(encoding="utf-8")
    folder = str(steps_folder())
    step_types = [StepType.model_validate(value) for value in json.loads(text)]
    return Catalog(
        CatalogEntry(step_type=one, entry_point=EntryPoint(project_dir=folder, name=one.id)) for one in step_types
    )


def steps_folder() -> Path:
    """The folder of the step library, an MLflow Project; found without importing it."""
    spec = find_spec("octopus")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the octopus package has no folder on this machine")
    return Path(spec.origin).resolve().parent / "steps"
