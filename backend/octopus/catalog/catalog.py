"""Catalog: which step types exist, each with the code behind it.

The built-in ones are read from the file that the step library generates; the library itself is never imported. Sources
add those that come and go while the server runs.
"""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from octopus.catalog.source_file import own_folders
from octopus.catalog.step_type import CatalogEntry, EntryPoint, StepType

NEAREST_LIMIT = 3
"""Suggestions for a mistyped id: more than three help nobody."""


class Source(Protocol):
    """Step types that may change at any time; their ids contain a slash. features.projects has them."""

    def get(self, step_type_id: str, /) -> CatalogEntry | None: ...

    def all(self) -> tuple[CatalogEntry, ...]: ...


class Catalog:
    """Step types by id, in the order of the palette: its own entries, then those of each source as they are now."""

    def __init__(self, entries: Iterable[CatalogEntry], sources: tuple[Source, ...] = ()) -> None:
        self._entries = {entry.step_type.id: entry for entry in entries}
        self._sources = sources

    def get(self, step_type_id: str) -> CatalogEntry | None:
        """Also an entry that is unavailable: its step type says why."""
        own = self._entries.get(step_type_id)
        found = (source.get(step_type_id) for source in self._sources) if "/" in step_type_id else ()
        return own or next((entry for entry in found if entry is not None), None)

    def all(self) -> tuple[CatalogEntry, ...]:
        return (*self._entries.values(), *(entry for source in self._sources for entry in source.all()))

    def nearest(self, step_type_id: str) -> tuple[str, ...]:
        """Ids that look like `step_type_id`, the nearest first; empty if none does."""
        lowered = {entry.step_type.id.lower(): entry.step_type.id for entry in self.all()}
        found = get_close_matches(step_type_id.lower(), lowered, n=NEAREST_LIMIT)
        return tuple(lowered[name] for name in found)

    def joined_by(self, source: Source) -> "Catalog":
        """This catalog with one source more."""
        return Catalog(self._entries.values(), (*self._sources, source))


def built_in_catalog() -> Catalog:
    """The catalog of the step library that comes with octopus."""
    text = files("octopus").joinpath("steps/catalog.json").read_text(encoding="utf-8")
    folder, roots = str(steps_folder()), own_folders()
    step_types = [StepType.model_validate(value) for value in json.loads(text)]
    return Catalog(
        CatalogEntry(step_type=one, entry_point=EntryPoint(project_dir=folder, name=one.id), source_roots=roots)
        for one in step_types
    )


def steps_folder() -> Path:
    """The folder of the step library, an MLflow Project; found without importing it."""
    spec = find_spec("octopus")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the octopus package has no folder on this machine")
    return Path(spec.origin).resolve().parent / "steps"
